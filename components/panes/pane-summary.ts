import type {AppState} from '../../state/app-state.ts';
import {draftOf, type Composer, type PaneId} from '../../state/composer/composer.ts';
import {sizeOfLine} from '../../state/preview/preview-rows.ts';
import {count, formatBytes} from '../format/sizes.ts';

/** A pane in one sentence, with the key that goes there: what who listens hears of those that do not have the keys. */
export function paneSummary(id: PaneId, state: AppState, composer: Composer): string {
	switch (id) {
		case 'edit': {
			const {packages, env, bundles} = draftOf(composer);
			const parts = [
				count(packages.length, 'package'),
				count(Object.keys(env).length, 'variable'),
				count(bundles.length, 'bundle'),
			];
			return `Pane 1, Compose: ${parts.join(', ')}.`;
		}
		case 'preview': {
			const lines = (composer.preview.plan?.lines ?? []).map(line => {
				const size = sizeOfLine(line);
				return size
					? `${line.line} ${formatBytes(size.installedBytes)}, ${count(size.packages, 'package')}`
					: `${line.line} ${line.status}`;
			});
			return `Pane 2, SBOM preview: ${lines.join('; ') || composer.preview.status}.`;
		}
		case 'builds': {
			const [newest] = state.dashboard.builds;
			return `Pane 3, Builds: ${newest ? `${newest.image} ${newest.status}` : 'none yet'}.`;
		}
	}
}
