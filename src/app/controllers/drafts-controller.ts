import {readFile, rm} from 'node:fs/promises';
import {join} from 'node:path';
import {writeFileAtomic} from '../../base/atomic-file.ts';
import {isSystemError} from '../../base/errors.ts';
import {parseComposition} from '../../plan/composition/parse-composition.ts';
import {writeComposition} from '../../plan/composition/write-composition.ts';
import {draftOf, isUnsaved} from '../../../state/composer/composer.ts';
import type {Draft} from '../../../state/composer/draft.ts';
import type {App} from './app.ts';

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
		// The file's form asks for a name: the draft of a new image has one that says so.
		const text = writeComposition({...draft, name: draft.name || 'unnamed'});
		await writeFileAtomic(fileOf(composer.saved?.name ?? null), text, 0o600);
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
				const parsed = parseComposition(await readFile(fileOf(name), 'utf8'));
				if (parsed.kind === 'refused') return null;
				const {composition} = parsed;
				return name === null && composition.name === 'unnamed' ? {...composition, name: ''} : composition;
			} catch (error) {
				if (isSystemError(error, 'ENOENT')) return null;
				throw error;
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
