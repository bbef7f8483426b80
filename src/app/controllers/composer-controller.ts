import {messageOf, SlipwayError} from '../../base/errors.ts';
import type {Plan} from '../../plan/plan.ts';
import {changeComposer} from '../../../state/app-state.ts';
import {draftOf, type Composer} from '../../../state/composer/composer.ts';
import type {Draft} from '../../../state/composer/draft.ts';
import {planAsked, planFinished, planRefused} from '../../../state/preview/preview-pane.ts';
import {
	likeliestRow,
	searchAsked,
	searchFailed,
	searchFinished,
	searchRows,
} from '../../../state/search/search-pane.ts';
import {isCancelled, type App} from './app.ts';

/** Searches and plans anew whenever the field or the draft changes; the newest wins. */
export interface ComposerController {
	/** The package lists changed: what is shown is asked for again. */
	refresh(): void;
	/** The plan of a draft under its final name. */
	plan(draft: Draft, signal: AbortSignal): Promise<Plan>;
	/** A plan that was asked for by `plan` is being made. */
	readonly isPlanning: () => boolean;
}

const mostFamilies = 200;
const none: readonly string[] = [];

/** A draft without a name yet is planned under this one: a name decides nothing but itself. */
const provisionalName = 'new-image';

export function createComposerController(app: App): ComposerController {
	const {store, services} = app;
	let searching: AbortController | null = null;
	let planning: AbortController | null = null;
	let searched: {readonly query: string; readonly starter: string; readonly added: readonly string[]} | null = null;
	let planned: Draft | null = null;
	let asked = 0;

	async function search(query: string, starter: string, added: readonly string[]): Promise<void> {
		searching?.abort();
		const own = new AbortController();
		searching = own;
		const change = (next: (search: Composer['search'], composer: Composer) => Composer['search']) =>
			store.update(state =>
				changeComposer(state, composer => ({...composer, search: next(composer.search, composer)})),
			);
		change(pane => searchAsked(pane, query));
		try {
			const result = await services.planning.search(
				query,
				{limit: mostFamilies, starter, added},
				AbortSignal.any([own.signal, app.signal]),
			);
			change((pane, composer) => {
				const next = searchFinished(pane, query, result);
				if (next.result === pane.result || next.cursor.at !== 0) return next;
				// The cursor begins on something that can be added, not on the header of a family.
				return {...next, cursor: {at: likeliestRow(searchRows(next, draftOf(composer)), query), top: 0}};
			});
		} catch (error) {
			if (!isCancelled(error)) change(pane => searchFailed(pane, query, messageOf(error)));
		}
	}

	async function planDraft(draft: Draft): Promise<void> {
		planning?.abort();
		const own = new AbortController();
		planning = own;
		let asked = 0;
		const change = (next: (preview: Composer['preview']) => Composer['preview']) =>
			store.update(state => changeComposer(state, composer => ({...composer, preview: next(composer.preview)})));
		change(preview => {
			const next = planAsked(preview);
			asked = next.asked;
			return next;
		});
		try {
			const plan = await services.planning.plan(
				{...draft, name: draft.name || provisionalName},
				AbortSignal.any([own.signal, app.signal]),
			);
			change(preview => planFinished(preview, asked, plan));
		} catch (error) {
			if (isCancelled(error)) return;
			const hint = error instanceof SlipwayError && error.hint ? `\n${error.hint}` : '';
			change(preview => planRefused(preview, asked, messageOf(error) + hint));
		}
	}

	function follow(): void {
		const {composer, starters} = store.get();
		if (!composer) {
			searching?.abort();
			planning?.abort();
			searched = null;
			planned = null;
			return;
		}
		if (starters.kind !== 'ready') return;
		const draft = draftOf(composer);
		const query = composer.search.field.text.trim();
		// Only `added:` depends on the draft.
		const added = query.includes('added:') ? draft.packages.map(({name}) => name) : none;
		const isSame =
			searched?.query === query &&
			searched.starter === draft.starter &&
			searched.added.length === added.length &&
			searched.added.every((name, at) => name === added[at]);
		if (!isSame) {
			searched = {query, starter: draft.starter, added};
			void search(query, draft.starter, added);
		}
		if (planned === null || !samePlan(planned, draft)) {
			planned = draft;
			void planDraft(draft);
		}
	}

	const stop = store.subscribe(follow);
	app.signal.addEventListener('abort', stop, {once: true});
	return {
		refresh() {
			searched = null;
			planned = null;
			follow();
		},
		async plan(draft, signal) {
			asked += 1;
			try {
				return await services.planning.plan(draft, AbortSignal.any([signal, app.signal]));
			} finally {
				asked -= 1;
			}
		},
		isPlanning: () => asked > 0,
	};
}

/** True if two drafts differ in nothing that a plan depends on. */
function samePlan(a: Draft, b: Draft): boolean {
	return (
		a === b ||
		(a.starter === b.starter &&
			a.variant === b.variant &&
			a.lines === b.lines &&
			a.packages === b.packages &&
			a.env === b.env &&
			a.bundles === b.bundles &&
			a.config === b.config)
	);
}
