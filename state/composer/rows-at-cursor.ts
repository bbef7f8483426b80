import {screenOf, starterNamed, type AppState} from '../app-state.ts';
import {bundleRows, bundlesOf, type BundleSummary} from '../files/file-repository.ts';
import {matchesFilter} from '../lists/filter.ts';
import {previewRows, type PreviewRow} from '../preview/preview-rows.ts';
import {searchRows, type SearchRow} from '../search/search-pane.ts';
import {draftOf, type Composer} from './composer.ts';
import {detailRows, type DetailRow} from './detail-rows.ts';

/** What the composer's lists hold, and what the commands of its panes are about. */

export const variableRows = (composer: Composer): readonly (readonly [string, string])[] =>
	Object.entries(draftOf(composer).env).filter(([name, value]) =>
		matchesFilter(composer.filters.variables.text, name, [value]),
	);

/** Bundles of the file repository, in the composer's tab. */
export const takeableBundles = ({bundles}: AppState, {filters}: Composer): readonly BundleSummary[] =>
	bundlesOf(bundles).filter(({name, kind}) => matchesFilter(filters.bundles.text, name, [kind]));

export const detailRowsOf = (state: AppState, composer: Composer): readonly DetailRow[] =>
	detailRows(composer, starterNamed(state, draftOf(composer).starter));

export const searchRowAtCursor = ({composer}: AppState): SearchRow | undefined =>
	composer ? searchRows(composer.search, draftOf(composer))[composer.search.cursor.at] : undefined;

export const previewRowAtCursor = ({composer}: AppState): PreviewRow | undefined =>
	composer
		? previewRows(composer.preview, draftOf(composer), composer.inherited)[composer.preview.cursor.at]
		: undefined;

export const variableAtCursor = ({composer}: AppState): readonly [string, string] | undefined =>
	composer ? variableRows(composer)[composer.cursors.variables.at] : undefined;

export const detailAtCursor = (state: AppState): DetailRow | undefined =>
	state.composer ? detailRowsOf(state, state.composer)[state.composer.cursors.details.at] : undefined;

/** Of the file repository, or of the composer's tab. */
export function bundleAtCursor(state: AppState): BundleSummary | undefined {
	if (screenOf(state) === 'files') return bundleRows(state.files, state.bundles)[state.files.cursor.at];
	const {composer} = state;
	return composer ? takeableBundles(state, composer)[composer.cursors.bundles.at] : undefined;
}
