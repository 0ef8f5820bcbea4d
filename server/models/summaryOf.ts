import type { ModelSummary } from '../protocol/models.ts';
import { BUILTIN } from './findModels.ts';
import type { Inspection } from './inspectionMemory.ts';
import type { CatalogueModel } from './modelCatalogue.ts';
import type { ModelFiles } from './modelFiles.ts';
import type { FoundModel } from './modelsAt.ts';
import type { RegisterContent } from './modelRegister.ts';

export interface ModelFacts {
  readonly files: ModelFiles;
  readonly inspection: Inspection | undefined;
  readonly register: RegisterContent;
  readonly entry: CatalogueModel | undefined;
}

/** A model as people see it. */
export function summaryOf(model: FoundModel, facts: ModelFacts): ModelSummary {
  const { name, layout, linked, missing, note } = model;
  const { files, inspection, register, entry } = facts;
  const builtin = name === BUILTIN;
  const { hash, role, architecture, parts, levels, trainSteps } = inspection ?? {};
  const problem = model.problem ?? files.problem ?? inspection?.problem;
  return {
    name,
    title: builtin ? 'Built-in: small, for trying things out' : (entry?.title ?? name),
    builtin,
    layout,
    bytes: files.bytes,
    linked,
    downloaded: !linked && Object.hasOwn(register.downloaded, name),
    ...(hash !== undefined && { hash }),
    ...(role !== undefined && { role }),
    ...(architecture !== undefined && { architecture }),
    ...(parts && { parts }),
    ...(levels && { levels }),
    ...(trainSteps !== undefined && { trainSteps }),
    ...(problem !== undefined && { problem }),
    ...(missing && { missing }),
    ...(note !== undefined && { note }),
    ...(entry && { catalogue: entry.id }),
  };
}
