import { deleteProjectRow, findProject, insertProject, listProjectRows, listProjectsOfUser, updateProjectRow, type Project } from '@novadock/store';
import type { Cloud } from '../cloud.ts';
import { newId } from './bootstrap-identity.ts';
import { notFound, refuseDuplicate } from './failures.ts';

export type ProjectChange = { name?: string; description?: string; enabled?: boolean };

/** All projects, or those that a user has a role on and that are enabled; by name. */
export function listProjects({ store }: Cloud, { userId }: { userId?: string } = {}): Promise<Project[]> {
  return userId === undefined ? listProjectRows(store) : listProjectsOfUser(store, userId);
}

/** Throws `notFound`. */
export async function getProject({ store }: Cloud, id: string): Promise<Project> {
  const project = await findProject(store.prisma, id);
  if (project === null) throw notFound('project', id);
  return project;
}

/** Throws `conflict` when the name is taken. */
export function createProject({ store }: Cloud, project: ProjectChange & { name: string }): Promise<Project> {
  return refuseDuplicate('project', project.name, () => insertProject(store.prisma, { id: newId(), ...project }));
}

/** Tokens for a project hold only while it is enabled. Throws `notFound`, or `conflict` when the new name is taken. */
export async function updateProject({ store }: Cloud, id: string, change: ProjectChange): Promise<Project> {
  const project = await refuseDuplicate('project', change.name, () => updateProjectRow(store.prisma, id, change));
  if (project === undefined) throw notFound('project', id);
  return project;
}

/** Deletes a project and the roles on it; what it owns stays, for administrators to find. Throws `notFound`. */
export async function deleteProject({ store }: Cloud, id: string): Promise<void> {
  if (!(await deleteProjectRow(store, id))) throw notFound('project', id);
}
