import {emptyBuildView, foldEvent, type BuildView} from '../../build/journal/build-view.ts';
import type {BuildDisplay} from './display.ts';

/** Nothing but what was made: `NAME:TAG@DIGEST`, a line each. Errors are the command's to report. */
export function createQuietDisplay(stdout: NodeJS.WritableStream): BuildDisplay {
	let view: BuildView = emptyBuildView;
	return {
		show: event => {
			view = foldEvent(view, event);
		},
		end: () => {
			for (const {status, digest, tags} of view.lines) {
				const tag = tags.at(-1);
				if ((status === 'created' || status === 'up to date') && digest && tag) {
					stdout.write(`${view.image}:${tag}@${digest}\n`);
				}
			}
		},
	};
}
