import { access } from '../access/module.js';
import { audit } from '../audit/module.js';
import { changes } from '../changes/module.js';
import { federation } from '../federation/module.js';
import { identity } from '../identity/module.js';
import { jobs } from '../jobs/module.js';
import { oidc } from '../oidc/module.js';
import { realm } from '../realm/module.js';
import { sessions } from '../sessions/module.js';
import { counters } from '../storage/counters.js';
import type { AnySpec } from '../storage/spec.js';
import type { Module } from './module.js';

/** Every module that registers something. Contributors write, and references are listed, in this order. */
export const MODULES: readonly Module[] = [audit, changes, jobs, access, identity, realm, sessions, federation, oidc];

/** Every kind of document of every module. The store adds its own. */
export const SPECS: readonly AnySpec[] = [counters, ...MODULES.flatMap(({ specs = [] }) => specs)];
