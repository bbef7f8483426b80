import {readdir, readFile, rm} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import {writeFileAtomic} from '../base/atomic-file.ts';
import {isSystemError, SlipwayError} from '../base/errors.ts';
import type {Baseline, CompositionProblem} from '../plan/composition.ts';
import {compositionRefused, locateNowhere} from '../plan/composition/check-composition.ts';
import {inherit, type Heir, type Inherited} from '../plan/composition/inherit.ts';
import {nearestNames} from '../plan/composition/nearest-names.ts';
import {parseBaseline, type FieldLocator} from '../plan/composition/parse-composition.ts';

/** Saved baselines, NAME.yaml each, and how a composition comes by what it extends. */
export interface BaselineFiles {
	readonly folder: string;
	names(): Promise<readonly string[]>;
	/** As it was written. Throws `not-found`. */
	text(name: string): Promise<string>;
	/** Saves text under the name that it gives itself. Throws `bad-input` with all problems. */
	save(text: string, file: string): Promise<Baseline>;
	/** The same for text that was edited by hand: the name stays. */
	replace(name: string, text: string, file: string): Promise<void>;
	remove(name: string): Promise<void>;
	/**
	 * A composition or baseline with all that it inherits.
	 *
	 * @param beside folder of its file, where NAME.yaml goes before a saved one; null for what is saved
	 * @param instead texts by name that go before saved ones: to try an edit
	 */
	whole<T extends Baseline>(
		own: T,
		locate: FieldLocator,
		beside: string | null,
		instead?: ReadonlyMap<string, string>,
	): Promise<Inherited<T>>;
	/** Files beside a composition that it extends, directly or not: path and text. */
	besides(own: Baseline, folder: string): Promise<readonly {readonly name: string; readonly text: string}[]>;
}

/** @param compositionsFolder where saved compositions are, which may be extended too */
export function openBaselineFiles(folder: string, compositionsFolder: string): BaselineFiles {
	const pathOf = (name: string) => join(folder, `${name}.yaml`);
	const namesIn = async (place: string) => {
		try {
			return (await readdir(place)).filter(file => file.endsWith('.yaml')).map(file => file.slice(0, -'.yaml'.length));
		} catch (error) {
			if (isSystemError(error, 'ENOENT')) return [];
			throw error;
		}
	};
	const names = async () => (await namesIn(folder)).sort();

	async function find(name: string, beside: string | null, {instead}: Walk): Promise<FoundFile | null> {
		const text = instead.get(name);
		if (text !== undefined) return {path: pathOf(name), text, beside: null};
		for (const place of beside === null ? [folder, compositionsFolder] : [beside, folder, compositionsFolder]) {
			const path = join(place, `${name}.yaml`);
			const found = await textAt(path);
			if (found !== null) return {path, text: found, beside: place === beside ? beside : null};
		}
		return null;
	}

	/** The composition with those that it extends, each read once. */
	async function heirOf<T extends Baseline>(
		own: T,
		locate: FieldLocator,
		beside: string | null,
		walk: Walk,
		path: readonly string[],
	): Promise<Heir<T>> {
		const parents: Heir[] = [];
		for (const [place, name] of (own.extends ?? []).entries()) {
			const refuse = (message: string, mend: string) => {
				walk.problems.push({...locate(['extends', place]), message, mend});
			};
			if (path.includes(name)) {
				refuse(`${name} extends itself: ${[...path, name].join(' → ')}.`, 'Take one of these steps out.');
				continue;
			}
			const found = await find(name, beside, walk);
			if (found === null) {
				const known = [...(beside === null ? [] : await namesIn(beside)), ...(await names())];
				const [near] = nearestNames(name, known, 1);
				const mend = near ? `Did you mean ${near}?` : `Add it: \`slipway baseline add ${name}.yaml\`.`;
				refuse(`There is no baseline ${name}.`, mend);
				continue;
			}
			walk.read.set(found.path, found);
			const known = walk.heirs.get(found.path);
			if (known) {
				parents.push(known);
				continue;
			}
			const parsed = parseBaseline(found.text, {file: found.path});
			if (parsed.kind === 'refused') {
				walk.problems.push(...parsed.problems);
				continue;
			}
			if (parsed.baseline.name !== name) {
				refuse(`${found.path} names itself ${parsed.baseline.name}.`, `Write \`name: ${name}\` there.`);
				continue;
			}
			const heir = await heirOf(parsed.baseline, parsed.locate, found.beside, walk, [...path, name]);
			walk.heirs.set(found.path, heir);
			parents.push(heir);
		}
		return {own, locate, parents};
	}

	async function whole<T extends Baseline>(
		own: T,
		locate: FieldLocator,
		beside: string | null,
		instead: ReadonlyMap<string, string> = new Map(),
	): Promise<Inherited<T>> {
		if (!own.extends?.length) return {kind: 'ok', whole: own, locate};
		const walk = newWalk(instead);
		const heir = await heirOf(own, locate, beside, walk, [own.name]);
		return walk.problems.length > 0 ? {kind: 'refused', problems: walk.problems} : inherit(heir);
	}

	async function besides(own: Baseline, place: string) {
		const walk = newWalk();
		await heirOf(own, locateNowhere, place, walk, [own.name]);
		return [...walk.read.values()].flatMap(({path, text, beside}) =>
			beside === null ? [] : [{name: basename(path, '.yaml'), text}],
		);
	}

	async function checked(text: string, file: string, beside: string | null): Promise<Baseline> {
		const parsed = parseBaseline(text, {file});
		if (parsed.kind === 'refused') throw compositionRefused(parsed.problems);
		const {baseline, locate} = parsed;
		if ('starter' in baseline) {
			throw new SlipwayError('bad-input', `${file} has a starter: it is the composition of a private image.`, {
				hint: 'A baseline has none. `slipway build` takes compositions; they can be extended as they are.',
			});
		}
		if ((await textAt(join(compositionsFolder, `${baseline.name}.yaml`))) !== null) {
			throw new SlipwayError('bad-input', `There is a private image “${baseline.name}” already.`, {
				hint: 'Give the baseline another name: `extends` would not tell them apart.',
			});
		}
		const inherited = await whole(baseline, locate, beside);
		if (inherited.kind === 'refused') throw compositionRefused(inherited.problems);
		return baseline;
	}

	return {
		folder,
		names,
		whole,
		async text(name) {
			const text = /^[a-z0-9-]+$/u.test(name) ? await textAt(pathOf(name)) : null;
			if (text !== null) return text;
			const [near] = nearestNames(name, await names(), 1);
			throw new SlipwayError('not-found', `There is no baseline “${name}”.`, {
				hint: near ? `Did you mean ${near}?` : '`slipway baseline ls` lists them.',
			});
		},
		async save(text, file) {
			const baseline = await checked(text, file, dirname(file));
			const others = (await besides(baseline, dirname(file))).filter(({name}) => name !== baseline.name);
			// What it extends is saved first: at no time is one there that cannot inherit what it wants.
			for (const other of others.toReversed()) {
				const parsed = parseBaseline(other.text);
				if (parsed.kind === 'ok' && !('starter' in parsed.baseline)) {
					await writeFileAtomic(pathOf(other.name), other.text, 0o600);
				}
			}
			await writeFileAtomic(pathOf(baseline.name), text, 0o600);
			return baseline;
		},
		async replace(name, text, file) {
			const baseline = await checked(text, file, null);
			if (baseline.name !== name) {
				throw new SlipwayError('bad-input', `The name of ${name} cannot be changed to ${baseline.name}.`, {
					hint: `Others extend it by its name: write \`name: ${name}\`.`,
				});
			}
			await writeFileAtomic(pathOf(name), text, 0o600);
		},
		async remove(name) {
			await rm(pathOf(name), {force: true});
		},
		besides,
	};
}

interface FoundFile {
	readonly path: string;
	readonly text: string;
	/** Null for a saved one. */
	readonly beside: string | null;
}

/** One reading of all that a composition extends. */
interface Walk {
	readonly instead: ReadonlyMap<string, string>;
	readonly heirs: Map<string, Heir>;
	readonly read: Map<string, FoundFile>;
	readonly problems: CompositionProblem[];
}

const newWalk = (instead: ReadonlyMap<string, string> = new Map()): Walk => ({
	instead,
	heirs: new Map(),
	read: new Map(),
	problems: [],
});

async function textAt(path: string): Promise<string | null> {
	try {
		return await readFile(path, 'utf8');
	} catch (error) {
		if (isSystemError(error, 'ENOENT')) return null;
		throw error;
	}
}
