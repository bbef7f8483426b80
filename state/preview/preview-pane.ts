import type {Plan} from '../../src/plan/plan.ts';
import {emptyField, type TextField} from '../fields/text-field.ts';
import {firstRow, type ListCursor} from '../lists/list-window.ts';

export type FolderId = 'added' | 'dependencies' | 'starter' | 'build-only' | 'variables' | 'bundles';

/** The SBOM preview: what every line of the draft will contain. */
export interface PreviewPane {
	/** The newest plan; while a newer one is made, it stays on the screen. */
	readonly plan: Plan | null;
	/** The plan before that: what the last edit changed. */
	readonly previous: Plan | null;
	readonly status: 'idle' | 'planning' | 'planned' | 'refused';
	/** Why the draft was refused as a whole. */
	readonly problem: string | null;
	/** Number of the newest plan that was asked for: older ones that come late are dropped. */
	readonly asked: number;
	readonly open: ReadonlySet<FolderId>;
	readonly cursor: ListCursor;
	readonly filter: TextField;
}

export const emptyPreview: PreviewPane = {
	plan: null,
	previous: null,
	status: 'idle',
	problem: null,
	asked: 0,
	open: new Set<FolderId>(['added', 'variables', 'bundles']),
	cursor: firstRow,
	filter: emptyField,
};

export const planAsked = (pane: PreviewPane): PreviewPane => ({...pane, status: 'planning', asked: pane.asked + 1});

export function planFinished(pane: PreviewPane, asked: number, plan: Plan): PreviewPane {
	if (asked !== pane.asked) return pane;
	return {...pane, plan, previous: pane.plan, status: 'planned', problem: null};
}

export const planRefused = (pane: PreviewPane, asked: number, problem: string): PreviewPane =>
	asked === pane.asked ? {...pane, status: 'refused', problem} : pane;

export function toggleFolder(pane: PreviewPane, folder: FolderId, wanted?: boolean): PreviewPane {
	const isOpen = pane.open.has(folder);
	if (wanted === isOpen) return pane;
	const open = new Set(pane.open);
	if (isOpen) open.delete(folder);
	else open.add(folder);
	return {...pane, open};
}
