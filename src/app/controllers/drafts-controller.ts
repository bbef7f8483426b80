import {readFile, rename, rm} from 'node:fs/promises';
import {join} from 'node:path';
import {writeFileAtomic} from '../../base/atomic-file.ts';
import {isSystemError, SlipwayError} from '../../base/errors.ts';
import {draftOf, isUnsaved} from '../../../state/composer/composer.ts';
import type {Draft} from '../../../state/composer/draft.ts';
import {draftText, parseDraft} from '../draft-text.ts';
import {notify, type App} from './app.ts';

/** Keeps the draft on disk while it is edited, so that neither a crash nor a dropped connection loses it. */
export interface DraftsController {
	/** The draft of a saved image, or of a new one (null). */
	read(name: string | null): Promise<Draft | null>;
	drop(name: string | null): Promise<void>;
	/** Writes what is still waiting. */
	readonly flush: () => Promise<void>;
}

const waitMs = 500;
/** A new image has no name yet; a name that is no image name cannot meet one. */
const unnamed = '_new';

export function createDraftsController(app: App): DraftsController {
	const folder = app.services.paths && join(app.services.paths.data, 'drafts');
	const fileOf = (name: string | null) => join(folder ?? '', `${name ?? unnamed}.yaml`);
	let kept: Draft | null = null;
	let timer: NodeJS.Timeout | null = null;
	let writing: Promise<void> = Promise.resolve();

	async function write(): Promise<void> {
		const {composer} = app.store.get();
		if (!folder || !composer || !isUnsaved(composer)) return;
		const draft = draftOf(composer);
		if (draft === kept) return;
		kept = draft;
		await writeFileAtomic(fileOf(composer.saved?.name ?? null), draftText(draft), 0o600);
	}

	function flush(): Promise<void> {
		if (timer) clearTimeout(timer);
		timer = null;
		writing = writing.then(write);
		return writing;
	}

	const stop = app.store.subscribe(() => {
		const {composer} = app.store.get();
		if (!folder || !composer || draftOf(composer) === kept || timer) return;
		timer = setTimeout(() => app.run('The draft cannot be kept', flush), waitMs);
	});
	app.signal.addEventListener('abort', stop, {once: true});

	return {
		async read(name) {
			if (!folder) return null;
			try {
				return parseDraft(await readFile(fileOf(name), 'utf8'), fileOf(name));
			} catch (error) {
				if (isSystemError(error, 'ENOENT')) return null;
				if (!(error instanceof SlipwayError)) throw error;
				// Torn, or of another program: whoever wrote it may still want it.
				const aside = `${fileOf(name)}.damaged-${new Date(app.now()).toISOString().replaceAll(':', '')}`;
				await rename(fileOf(name), aside);
				notify(app, `The draft could not be read. It was moved to ${aside}`, 'warning');
				return null;
			}
		},
		async drop(name) {
			if (timer) clearTimeout(timer);
			timer = null;
			await writing;
			if (folder) await rm(fileOf(name), {force: true});
		},
		flush,
	};
}
