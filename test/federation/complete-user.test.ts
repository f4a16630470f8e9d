import { describe, expect, test } from '@jest/globals';
import type { MappedUser } from '../../src/federation/mapping/map-identity.js';
import { completedUser } from '../../src/federation/provisioning/complete-user.js';

const mapped: MappedUser = {
  ...{ username: 'anna', email: 'anna@corp.test', emailVerified: true },
  profile: { name: 'Anna', address: { country: 'DE' } },
  attributes: [{ name: 'office', value: 'B 12' }],
  ...{ groups: [], owned: [], trace: [], problems: [] },
};
const typed = (values: Readonly<Record<string, string>>) => new Map(Object.entries(values));

describe('the fields that a new account requires', () => {
  test('are those without a value', () => {
    const required = ['email', 'name', 'givenName', 'address.country', 'address.locality', 'attributes.office'];
    const { missing, wrong } = completedUser(mapped, [...required, 'attributes.floor']);
    expect([missing, wrong]).toEqual([['givenName', 'address.locality', 'attributes.floor'], []]);
  });

  test('take typed values by the rules of user input', () => {
    const required = ['givenName', 'birthdate', 'address.locality', 'attributes.floor', 'phoneNumber', 'website'];
    const values = {
      ...{ givenName: '  Anna ', birthdate: '31.7.1984', 'address.locality': 'Town', 'attributes.floor': '3' },
      ...{ phoneNumber: '+49 30 123456', website: ' ' },
    };
    const completed = completedUser(mapped, required, typed(values));
    expect(completed).toMatchObject({ missing: ['birthdate', 'website'], wrong: ['birthdate'] });
    expect(completed.mapped).toMatchObject({
      profile: {
        ...{ name: 'Anna', givenName: 'Anna', address: { country: 'DE', locality: 'Town' } },
        ...{ phoneNumber: '+49 30 123456', phoneNumberVerified: false },
      },
      attributes: [
        { name: 'office', value: 'B 12' },
        { name: 'floor', value: '3' },
      ],
    });
  });

  test('never take what the mapping set, or what is not required', () => {
    const values = {
      ...{ username: 'admin', email: 'x@y.test', name: 'Nobody', 'attributes.office': 'A 1' },
      ...{ nickname: 'Nick', emailVerified: 'true', 'attributes.admin': 'yes', givenName: 'Anna' },
    };
    const completed = completedUser(mapped, ['email', 'name', 'attributes.office', 'givenName'], typed(values));
    expect(completed.mapped).toEqual({ ...mapped, profile: { ...mapped.profile, givenName: 'Anna' } });
  });

  test('take an address as unverified', () => {
    const { email: _, ...without } = mapped;
    const completed = completedUser(without, ['email'], typed({ email: 'a@b.test' }));
    expect(completed).toMatchObject({ missing: [], mapped: { email: 'a@b.test', emailVerified: false } });
  });
});
