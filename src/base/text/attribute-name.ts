import { z } from 'zod';
import { refusedAs, refusing } from '../problems/read-input.js';
import { prototypeNameFault } from './prototype-names.js';

/** The form of an attribute name. */
const ATTRIBUTE_NAME = /^[A-Za-z][A-Za-z0-9._-]{0,99}$/;

/** The name of an attribute, wherever attributes are set or read. */
export const attributeNameInput = z
  .string()
  .refine((name) => ATTRIBUTE_NAME.test(name), { ...refusedAs('attribute-name-form', {}), abort: true })
  .superRefine(refusing(prototypeNameFault));
