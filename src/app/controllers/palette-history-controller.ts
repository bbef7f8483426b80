import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {commandTable, type CommandId} from '../../../state/keys/key-map.ts';
import {isReadOnly} from '../../../state/app-state.ts';
import {remembered} from '../../../state/dialogs/palette.ts';
import {writeFileAtomic} from '../../base/atomic-file.ts';
import {isSystemError} from '../../base/errors.ts';
import type {App} from './app.ts';

/** Commands of the palette, the last first, from one run of the program to the next. */
export interface PaletteHistoryController {
	remember(id: CommandId): void;
	/** Waits until it is written. */
	readonly flush: () => Promise<void>;
}

export function createPaletteHistoryController(app: App): PaletteHistoryController {
	const file = app.services.paths && join(app.services.paths.data, 'palette-history.json');

	// One after another: the last is what stays.
	let writing: Promise<void> = Promise.resolve();

	async function read(): Promise<void> {
		if (!file) return;
		const text = await readFile(file, 'utf8').catch((error: unknown) => {
			if (isSystemError(error, 'ENOENT')) return '[]';
			throw error;
		});
		const before = commandsIn(text);
		// What was run meanwhile is newer.
		app.store.update(state => ({
			...state,
			paletteHistory: state.paletteHistory.reduceRight(remembered, before),
		}));
	}

	app.run('What was run before', read);

	return {
		remember(id) {
			app.store.update(state => ({...state, paletteHistory: remembered(state.paletteHistory, id)}));
			const {paletteHistory} = app.store.get();
			if (!file || isReadOnly(app.store.get())) return;
			const write = () => writeFileAtomic(file, `${JSON.stringify(paletteHistory)}\n`, 0o600);
			app.run('What was run last', () => (writing = writing.then(write, write)));
		},
		flush: () => writing,
	};
}

/** Names of commands that there are; what else stands there, or a torn file, is worth nothing and is written over. */
function commandsIn(text: string): readonly CommandId[] {
	try {
		const value: unknown = JSON.parse(text);
		return Array.isArray(value)
			? value.filter((id): id is CommandId => typeof id === 'string' && id in commandTable)
			: [];
	} catch (error) {
		if (error instanceof SyntaxError) return [];
		throw error;
	}
}
