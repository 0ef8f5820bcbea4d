import { expect, it } from 'vitest';
import { modelRoles } from '../../../models/catalog/modelRole.ts';
import { modelRoleSchema } from '../../../server/protocol/models.ts';

it('the roles of the API are those that models are recognised as', () => {
  expect([...modelRoleSchema.options].sort()).toEqual([...modelRoles].sort());
});
