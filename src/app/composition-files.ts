import {mkdir, open, readdir, readFile, rename, rm, stat} from 'node:fs/promises';
import {basename, join, resolve} from 'node:path';
import {writeFileAtomic} from '../base/atomic-file.ts';
import {isSystemError, SlipwayError} from '../base/errors.ts';
import type {Composition} from '../plan/composition.ts';
import {compositionRefused} from '../plan/composition/check-composition.ts';
import {nearestNames} from '../plan/composition/nearest-names.ts';
import {parseComposition, type FieldLocator} from '../plan/composition/parse-composition.ts';
import {writeComposition} from '../plan/composition/write-composition.ts';

/** The folder of saved compositions, NAME.yaml each, and compositions in files of the user's own. */
export interface CompositionFiles {
	readonly folder: string;
	/** A file, or a saved private image by name. Throws `bad-input` with all problems, or `not-found`. */
	open(wanted: string): Promise<OpenedComposition>;
	/** Names of saved private images, in alphabetical order. */
	names(): Promise<readonly string[]>;
	read(name: string): Promise<Composition>;
	/** As it was written, with its comments. */
	text(name: string): Promise<string>;
	save(composition: Composition, options?: {readonly replace?: boolean}): Promise<void>;
	/** Saves text that was edited by hand. `file` names it in problems. */
	saveText(name: string, text: string, file: string): Promise<Composition>;
	/** Makes a composition that was built from a file a saved private image, or brings it up to date. */
	remember(opened: Pick<OpenedComposition, 'composition' | 'text'>): Promise<void>;
	remove(name: string): Promise<void>;
}

export interface OpenedComposition {
	readonly composition: Composition;
	readonly text: string;
	/** Names line and column of a field in problems. */
	readonly locate: FieldLocator;
	/** Null for a saved private image. */
	readonly file: string | null;
}

export function openCompositionFiles(folder: string, onProblem: (text: string) => void): CompositionFiles {
	const pathOf = (name: string) => join(folder, `${name}.yaml`);

	async function names(): Promise<readonly string[]> {
		try {
			return (await readdir(folder))
				.filter(file => /^[a-z][a-z0-9-]*\.yaml$/u.test(file))
				.map(file => file.slice(0, -'.yaml'.length))
				.sort();
		} catch (error) {
			if (isSystemError(error, 'ENOENT')) return [];
			throw error;
		}
	}

	async function textOf(name: string): Promise<string> {
		// A name that could be a path is none.
		if (!/^[a-z][a-z0-9-]*$/u.test(name)) throw await noSuchImage(name);
		try {
			return await readFile(pathOf(name), 'utf8');
		} catch (error) {
			if (isSystemError(error, 'ENOENT')) throw await noSuchImage(name);
			throw error;
		}
	}

	async function noSuchImage(name: string): Promise<SlipwayError> {
		const [near] = nearestNames(name, await names(), 1);
		return new SlipwayError('not-found', `There is no private image “${name}”.`, {
			hint: near ? `Did you mean ${near}? \`slipway images\` lists them.` : '`slipway images` lists them.',
		});
	}

	async function read(name: string): Promise<Composition> {
		const composition = parse(await textOf(name), pathOf(name));
		if (composition.name === name) return composition;
		throw new SlipwayError('bad-input', `${pathOf(name)} names itself “${composition.name}”.`, {
			hint: `A saved composition keeps its name: write \`name: ${name}\`.`,
		});
	}

	/** Name and starter are fixed once saved. */
	async function checkStarter(next: Composition): Promise<void> {
		const before = await read(next.name).catch((error: unknown) => {
			// A saved file that is broken may be written over; it is moved aside first.
			if (error instanceof SlipwayError) return null;
			throw error;
		});
		if (before && before.starter !== next.starter) {
			throw new SlipwayError(
				'bad-input',
				`The private image ${next.name} is made from ${before.starter}, not ${next.starter}.`,
				{
					hint: 'A starter is fixed once saved: give the new composition another name, or delete the old image.',
				},
			);
		}
	}

	async function write(composition: Composition, text: string): Promise<void> {
		await setBrokenAside(composition.name);
		await writeFileAtomic(pathOf(composition.name), text, 0o600);
	}

	async function setBrokenAside(name: string): Promise<void> {
		const before = await readFile(pathOf(name), 'utf8').catch(() => null);
		if (before === null || parseComposition(before).kind === 'ok') return;
		const aside = `${pathOf(name)}.damaged-${new Date().toISOString().replaceAll(':', '')}`;
		await rename(pathOf(name), aside);
		onProblem(`The saved composition of ${name} was damaged. It was moved to ${aside}.`);
	}

	return {
		folder,
		names,
		read,
		text: textOf,
		async open(wanted) {
			const file = await fileNamed(wanted);
			const text = file === null ? await textOf(wanted) : await readUserFile(wanted);
			const {composition, locate} = parseWhole(text, file === null ? pathOf(wanted) : wanted);
			if (file === null) await read(wanted);
			return {composition, locate, text, file};
		},
		async save(composition, options = {}) {
			const text = writeComposition(composition);
			const checked = parse(text, null);
			if (options.replace) {
				await checkStarter(checked);
				await write(checked, text);
				return;
			}
			await mkdir(folder, {recursive: true});
			try {
				// Only one of two processes makes a new name.
				await (await open(pathOf(checked.name), 'wx', 0o600)).close();
			} catch (cause) {
				if (!isSystemError(cause, 'EEXIST')) throw cause;
				throw new SlipwayError('bad-input', `There is a private image “${checked.name}” already.`, {
					hint: `Choose another name, or change it with \`slipway edit ${checked.name}\`.`,
					cause,
				});
			}
			await writeFileAtomic(pathOf(checked.name), text, 0o600);
		},
		async saveText(name, text, file) {
			const composition = parse(text, file);
			if (composition.name !== name) {
				throw new SlipwayError('bad-input', `The name of ${name} cannot be changed to ${composition.name}.`, {
					hint: `A name is fixed once saved: write \`name: ${name}\`.`,
				});
			}
			await checkStarter(composition);
			await write(composition, text);
			return composition;
		},
		async remember({composition, text}) {
			await checkStarter(composition);
			if ((await readFile(pathOf(composition.name), 'utf8').catch(() => null)) !== text) await write(composition, text);
		},
		async remove(name) {
			await textOf(name);
			await rm(pathOf(name), {force: true});
			await rm(join(folder, `${name}.lock`), {force: true});
		},
	};
}

/** The path of a composition file, if the argument is meant as one; null if it is a name. */
async function fileNamed(wanted: string): Promise<string | null> {
	if (/[/\\]|\.ya?ml$/u.test(wanted)) return resolve(wanted);
	const status = await stat(wanted).catch(() => null);
	return status?.isFile() ? resolve(wanted) : null;
}

async function readUserFile(file: string): Promise<string> {
	try {
		const bytes = await readFile(file);
		return new TextDecoder('utf-8', {fatal: true}).decode(bytes);
	} catch (cause) {
		if (isSystemError(cause, 'ENOENT')) {
			throw new SlipwayError('bad-input', `There is no file ${file}.`, {
				hint: 'Name a composition file, or a private image that `slipway images` lists.',
				cause,
			});
		}
		if (isSystemError(cause, 'EISDIR')) {
			throw new SlipwayError('bad-input', `${file} is a folder, not a composition file.`, {
				hint: `Name a file in it, such as ${basename(file)}/image.yaml.`,
				cause,
			});
		}
		if (isSystemError(cause, 'EACCES')) {
			throw new SlipwayError('bad-input', `${file} may not be read.`, {hint: 'Make it readable for your user.', cause});
		}
		if (cause instanceof TypeError) {
			throw new SlipwayError('bad-input', `${file} is not UTF-8 text.`, {hint: 'Save it as UTF-8.', cause});
		}
		throw cause;
	}
}

const parse = (text: string, file: string | null): Composition => parseWhole(text, file).composition;

function parseWhole(text: string, file: string | null) {
	const parsed = parseComposition(text, {file});
	if (parsed.kind === 'ok') return parsed;
	throw compositionRefused(parsed.problems);
}
