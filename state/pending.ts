import {screenOf, type AppState} from './app-state.ts';
import type {Composer} from './composer/composer.ts';
import type {CommandId} from './keys/key-map.ts';

/** True while a command would act on something that is not there yet, but is on its way. */
export function isPending(state: AppState, id: CommandId): boolean {
	const group = id.slice(0, id.indexOf('/'));
	if (state.dialog?.kind === 'publish')
		return state.dialog.tags === null && (id === 'publish/go' || id === 'publish/new');
	if (state.dialog) return false;
	if (group === 'build' || (movesList(id) && isOnBuilds(state))) return areLinesPending(state);
	switch (screenOf(state)) {
		case 'gallery':
			return state.gallery.images === null && (movesList(id) || (group === 'image' && id !== 'image/new'));
		case 'starters':
			return areStartersPending(state) && (movesList(id) || id === 'starter/choose');
		case 'files':
			return state.bundles.kind === 'unknown' && (movesList(id) || group === 'bundle');
		case 'composer':
			return state.composer !== null && isComposerPending(state, state.composer, id, group);
		default:
			return false;
	}
}

function isComposerPending(state: AppState, composer: Composer, id: CommandId, group: string): boolean {
	if (group === 'preview' || (composer.pane === 'preview' && movesList(id))) return isPlanPending(state, composer);
	if (composer.pane !== 'edit') return false;
	switch (composer.tab) {
		case 'packages': {
			const needsResult = group === 'package' || group === 'family' || movesList(id) || movesSearch(id);
			return needsResult && isSearchPending(state, composer);
		}
		case 'bundles':
			return state.bundles.kind === 'unknown' && (group === 'bundle' || movesList(id));
		case 'variables':
			return false;
		case 'details':
			return areStartersPending(state) && (group === 'detail' || movesList(id));
	}
}

const isOnBuilds = (state: AppState): boolean =>
	screenOf(state) === 'builds' || (screenOf(state) === 'composer' && state.composer?.pane === 'builds');

/** A build that was begun a moment ago: the journal says its lines. */
const areLinesPending = ({dashboard}: AppState): boolean =>
	dashboard.builds.some(
		({status, isAttached, view}) => isAttached && status === 'in progress' && view.lines.length === 0,
	);

const movesList = (id: CommandId): boolean => id.startsWith('list/') && id !== 'list/filter';

const movesSearch = (id: CommandId): boolean =>
	id.startsWith('search/') && id !== 'search/leave' && id !== 'search/enter';

/** On the first start they follow the package lists. */
const areStartersPending = ({starters, repository}: AppState): boolean =>
	starters.kind === 'waiting' && repository.kind !== 'failed';

function isSearchPending(state: AppState, {search}: Composer): boolean {
	if (state.starters.kind !== 'ready') return areStartersPending(state);
	const query = search.field.text.trim();
	return search.asked !== query || (search.answered !== query && search.problem === null);
}

function isPlanPending(state: AppState, {preview}: Composer): boolean {
	if (state.starters.kind !== 'ready') return areStartersPending(state);
	return preview.status === 'planning' || preview.status === 'idle';
}
