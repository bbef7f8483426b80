import {mkdir, open, readdir, readFile, rename, rm, stat} from 'node:fs/promises';
import {dirname, join, resolve} from 'node:path';
import {writeFileAtomic} from '../base/atomic-file.ts';
import {isSystemError, SlipwayError} from '../base/errors.ts';
import type {Composition} from '../plan/composition.ts';
import {compositionRefused} from '../plan/composition/check-composition.ts';
import {nearestNames} from '../plan/composition/nearest-names.ts';
import {parseBaseline, parseComposition, type FieldLocator} from '../plan/composition/parse-composition.ts';
import {rewriteComposition} from '../plan/composition/rewrite-composition.ts';
import {writeComposition} from '../plan/composition/write-composition.ts';
import {openBaselineFiles, type BaselineFiles} from './baseline-files.ts';

/** The folder of saved compositions, NAME.yaml each, and compositions in files of the user's own. */
export interface CompositionFiles {
	readonly folder: string;
	/** What compositions have in common. */
	readonly baselines: BaselineFiles;
	/** A file, or a saved private image by name. Throws `bad-input` with all problems, or `not-found`. */
	open(wanted: string): Promise<OpenedComposition>;
	/** Names of saved private images, in alphabetical order. */
	names(): Promise<readonly string[]>;
	/** As it was written, without what it inherits. */
	read(name: string): Promise<Composition>;
	/** A saved one with all that it inherits. */
	whole(name: string): Promise<Composition>;
	/** As it was written, with its comments. */
	text(name: string): Promise<string>;
	save(composition: Composition, options?: {readonly replace?: boolean}): Promise<void>;
	/** Saves text that was edited by hand. `file` names it in problems. */
	saveText(name: string, text: string, file: string): Promise<Composition>;
	/**
	 * Makes a composition that was built from a file a saved private image, or brings it up to date, with the baselines
	 * beside it.
	 */
	remember(opened: Omit<OpenedComposition, 'locate'>): Promise<void>;
	/** What every saved composition and baseline extends, by name. */
	inheritance(): Promise<ReadonlyMap<string, readonly string[]>>;
	/** Names of saved compositions and baselines that extend this one. */
	heirsOf(name: string): Promise<readonly string[]>;
	/** Refused while others extend it. */
	remove(name: string): Promise<void>;
}

export interface OpenedComposition {
	/** With all that it inherits. */
	readonly composition: Composition;
	/** As it was written. */
	readonly own: Composition;
	readonly text: string;
	/** Names line and column of a field in problems. */
	readonly locate: FieldLocator;
	/** Null for a saved private image. */
	readonly file: string | null;
}

/** @param folder of saved compositions; saved baselines are in `baselines` below it */
export function openCompositionFiles(folder: string, onProblem: (text: string) => void): CompositionFiles {
	const pathOf = (name: string) => join(folder, `${name}.yaml`);
	const baselines = openBaselineFiles(join(folder, 'baselines'), folder);

	/** With what it inherits. `beside`: folder of a file of the user's own. */
	async function inherited(own: Composition, locate: FieldLocator, beside: string | null) {
		const result = await baselines.whole(own, locate, beside);
		if (result.kind === 'ok') return result;
		throw compositionRefused(result.problems);
	}

	/** Parsed, and refused where it cannot inherit what it wants. */
	async function checked(text: string, file: string | null): Promise<Composition> {
		const {composition, locate} = parseWhole(text, file);
		await inherited(composition, locate, null);
		return composition;
	}

	async function inheritance(): Promise<ReadonlyMap<string, readonly string[]>> {
		const texts = [
			...(await names()).map(name => [name, textOf(name)] as const),
			...(await baselines.names()).map(name => [name, baselines.text(name)] as const),
		];
		const extended = new Map<string, readonly string[]>();
		for (const [name, text] of texts) {
			const parsed = parseBaseline(await text);
			extended.set(name, parsed.kind === 'ok' ? (parsed.baseline.extends ?? []) : []);
		}
		return extended;
	}

	async function heirsOf(name: string): Promise<readonly string[]> {
		return [...(await inheritance())].filter(([, wanted]) => wanted.includes(name)).map(([heir]) => heir);
	}

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
		checkName(composition, name);
		return composition;
	}

	function checkName(composition: Composition, name: string): void {
		if (composition.name === name) return;
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

	/** What was beside the file is saved too: it is needed to build again. */
	async function rememberBaselines(own: Composition, beside: string): Promise<void> {
		for (const {name, text} of await baselines.besides(own, beside)) {
			if ((await names()).includes(name)) continue;
			const before = await baselines.text(name).catch(() => null);
			if (before === text) continue;
			await baselines.save(text, join(beside, `${name}.yaml`));
			const others = (await heirsOf(name)).filter(heir => heir !== own.name);
			if (before === null || others.length === 0) continue;
			onProblem(`The baseline ${name} was brought up to date; ${others.join(', ')} extend it too.`);
		}
	}

	return {
		folder,
		baselines,
		names,
		read,
		inheritance,
		heirsOf,
		text: textOf,
		async whole(name) {
			const {composition: own, locate} = parseWhole(await textOf(name), pathOf(name));
			return (await inherited(own, locate, null)).whole;
		},
		async open(wanted) {
			const file = await fileNamed(wanted);
			const text = file === null ? await textOf(wanted) : await readUserFile(wanted);
			const {composition: own, locate} = parseWhole(text, file === null ? pathOf(wanted) : wanted);
			if (file === null) checkName(own, wanted);
			const result = await inherited(own, locate, file === null ? null : dirname(file));
			return {composition: result.whole, own, locate: result.locate, text, file};
		},
		async save(composition, options = {}) {
			const text = writeComposition(composition);
			const next = await checked(text, null);
			if (options.replace) {
				await checkStarter(next);
				// Comments and order are those of who wrote the file.
				const before = await readFile(pathOf(next.name), 'utf8').catch(() => null);
				await write(next, before === null ? text : rewriteComposition(before, composition));
				return;
			}
			await mkdir(folder, {recursive: true});
			try {
				// Only one of two processes makes a new name.
				await (await open(pathOf(next.name), 'wx', 0o600)).close();
			} catch (cause) {
				if (!isSystemError(cause, 'EEXIST')) throw cause;
				throw new SlipwayError('bad-input', `There is a private image “${next.name}” already.`, {
					hint: `Choose another name, or change it with \`slipway edit ${next.name}\`.`,
					cause,
				});
			}
			await writeFileAtomic(pathOf(next.name), text, 0o600);
		},
		async saveText(name, text, file) {
			const composition = await checked(text, file);
			if (composition.name !== name) {
				throw new SlipwayError('bad-input', `The name of ${name} cannot be changed to ${composition.name}.`, {
					hint: `A name is fixed once saved: write \`name: ${name}\`.`,
				});
			}
			await checkStarter(composition);
			await write(composition, text);
			return composition;
		},
		async remember({composition, own, text, file}) {
			await checkStarter(composition);
			if (file !== null) await rememberBaselines(own, dirname(file));
			if ((await readFile(pathOf(composition.name), 'utf8').catch(() => null)) !== text) await write(composition, text);
		},
		async remove(name) {
			await textOf(name);
			const heirs = await heirsOf(name);
			if (heirs.length > 0) throw stillExtended(name, heirs);
			await rm(pathOf(name), {force: true});
			await rm(join(folder, `${name}.lock`), {force: true});
		},
	};
}

export function stillExtended(name: string, heirs: readonly string[]): SlipwayError {
	return new SlipwayError(
		'bad-input',
		`${name} cannot be removed: ${heirs.join(', ')} extend${heirs.length === 1 ? 's' : ''} it.`,
		{
			hint: 'Take it out of their `extends` first: `slipway edit NAME`.',
		},
	);
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
				hint: `Name a file in it, such as ${join(file, 'image.yaml')}.`,
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
