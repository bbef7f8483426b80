import {screenOf, type AppState} from '../app-state.ts';
import {bundleRows, bundlesOf, type BundleSummary} from '../files/file-repository.ts';
import {previewRows, type PreviewRow} from '../preview/preview-rows.ts';
import {searchRows, type SearchRow} from '../search/search-pane.ts';
import {draftOf} from './composer.ts';

/** What the commands of the composer's panes are about. */

export const searchRowAtCursor = ({composer}: AppState): SearchRow | undefined =>
	composer ? searchRows(composer.search, draftOf(composer))[composer.search.cursor.at] : undefined;

export const previewRowAtCursor = ({composer}: AppState): PreviewRow | undefined =>
	composer
		? previewRows(composer.preview, draftOf(composer), composer.inherited)[composer.preview.cursor.at]
		: undefined;

export const variableAtCursor = ({composer}: AppState): readonly [string, string] | undefined =>
	composer ? Object.entries(draftOf(composer).env)[composer.cursors.variables.at] : undefined;

/** Of the file repository, or of the composer's tab. */
export function bundleAtCursor(state: AppState): BundleSummary | undefined {
	if (screenOf(state) === 'files') return bundleRows(state.files, state.bundles)[state.files.cursor.at];
	return state.composer ? bundlesOf(state.bundles)[state.composer.cursors.bundles.at] : undefined;
}
