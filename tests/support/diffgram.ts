// The stand-in Diffgram and the identity provider, behind the stage: what they know, and how they fall ill.
import { type APIRequestContext, expect } from '@playwright/test';

import type { World } from './demo.ts';

export type Task = { id: number; file: number; name: string; status: string };
type Outage = 'none' | 'refuse' | 'unavailable' | 'html' | 'slow' | 'garbage';

export class Diffgram {
  constructor(
    private readonly request: APIRequestContext,
    private readonly world: World,
  ) {}

  /** What is assigned to somebody, or waits for their review. */
  async tasksOf(email: string): Promise<Task[]> {
    const answer = await this.request.get(`${this.world.diffgram}/__demo/tasks`, { params: { email } });
    return (await answer.json()) as Task[];
  }

  /** A new task, as a launch makes it: no webhook tells of it. */
  async add(name: string, email: string, project = 'acme-vision'): Promise<number> {
    const answer = await this.request.post(`${this.world.diffgram}/__demo/tasks`, { data: { project, name, email } });
    return ((await answer.json()) as { id: number }).id;
  }

  /** A change that no webhook tells of. */
  async change(task: number, change: { status?: string; assignees?: string[]; reviewers?: string[] }): Promise<void> {
    await this.said(`${this.world.diffgram}/__demo/tasks/${task}`, change);
  }

  /** Somebody else changes fields of an attribute, past the portal. */
  async changeAttribute(id: number, fields: Record<string, unknown>): Promise<void> {
    await this.said(`${this.world.diffgram}/__demo/attributes/${id}`, fields);
  }

  /** After so many more writes to attributes the others fail; `null` ends that. */
  async breaks(breaks: { after: number; how: 'before' | 'after' } | null): Promise<void> {
    await this.said(`${this.world.diffgram}/__demo/breaks`, breaks);
  }

  /** Somebody edits an annotation of a picture: it gets another id. */
  async editAnnotation(id: number): Promise<number> {
    const answer = await this.request.post(`${this.world.diffgram}/__demo/annotations/${id}`);
    expect(answer.ok()).toBe(true);
    return ((await answer.json()) as { id: number }).id;
  }

  async outage(mode: Outage): Promise<void> {
    await this.said(`${this.world.diffgram}/__demo/outage`, { mode });
  }

  /** What goes wrong at the identity provider. */
  async fault(fault: string): Promise<void> {
    await this.said(`${this.world.provider}/__demo/fault`, { kind: fault });
  }

  async recover(): Promise<void> {
    await this.outage('none');
    await this.fault('none');
    await this.breaks(null);
  }

  private async said(url: string, data: unknown): Promise<void> {
    const answer = await this.request.post(url, { data });
    expect(answer.ok(), `${url} ${answer.status()}`).toBe(true);
  }
}
