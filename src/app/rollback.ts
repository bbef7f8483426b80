import {SlipwayError} from '../base/errors.ts';
import {isBuildTag} from '../build/build-id.ts';
import {lockImage} from '../build/image-lock.ts';
import {tagOf} from '../plan/tags.ts';
import {madeLines, readBuildHistory, type MadeLine} from './build-history.ts';
import {buildsFolderOf, descriptorOf} from './changelog.ts';
import type {AllServices} from './create-services.ts';

export interface RolledBackLine {
	readonly line: string;
	/** The build that the tags point at now. */
	readonly build: string;
	readonly tags: readonly string[];
	readonly digest: string;
}

export interface RollbackWishes {
	readonly image: string;
	/** Empty: all that have an older image. */
	readonly lines: readonly string[];
	/** Null: of each line the image before the one that its tag points at. */
	readonly to: string | null;
	readonly signal: AbortSignal;
}

type Parts = Pick<AllServices, 'store' | 'paths' | 'locateBuild' | 'compositions'>;

/**
 * Moves the tags of an image's lines back to an older build, after builds of the image that run now have ended. A tag
 * that belongs to another line by now stays with it. All lines are found before the first tag moves.
 */
export async function rollback(
	{store, paths, locateBuild, compositions}: Parts,
	{image, lines, to, signal}: RollbackWishes,
): Promise<readonly RolledBackLine[]> {
	await compositions.read(image);
	const buildsFolder = buildsFolderOf(paths);
	const target = to === null ? null : (await locateBuild(to)).paths.build;
	const release = await lockImage(buildsFolder, image, {signal});
	try {
		const made = madeLines((await readBuildHistory(buildsFolder)).get(image) ?? []);
		for (const line of lines) if (!made.has(line)) throw noSuchLine(image, line, [...made.keys()]);
		const owners = new Map((await store.list(image)).map(({tag, descriptor}) => [tag, descriptor.digest as string]));
		const moves: (RolledBackLine & {readonly descriptor: NonNullable<Awaited<ReturnType<typeof descriptorOf>>>})[] = [];
		for (const [line, own] of made) {
			if (lines.length > 0 && !lines.includes(line)) continue;
			const chosen = olderImage(own, owners.get(tagOf(line)) ?? null, target);
			if (chosen === null) continue;
			const descriptor = await descriptorOf(store, chosen.line.digest);
			if (descriptor === null) throw gone(line, chosen);
			const digests = new Set(own.map(entry => entry.line.digest));
			const tags = chosen.line.tags.filter(tag => {
				const owner = owners.get(tag);
				return !isBuildTag(tag) && (owner === undefined || digests.has(owner));
			});
			moves.push({line, build: chosen.build, tags, digest: descriptor.digest, descriptor});
		}
		if (moves.length === 0) throw nothingOlder(image, target);
		for (const {tags, descriptor} of moves) await store.tag(image, tags, descriptor);
		return moves.map(({line, build, tags, digest}) => ({line, build, tags, digest}));
	} finally {
		release();
	}
}

/** The image to go back to; null if there is none but the current one. */
function olderImage(own: readonly MadeLine[], current: string | null, target: string | null): MadeLine | null {
	const isOther = ({line}: MadeLine) => line.digest !== current;
	if (target !== null) return own.find(entry => entry.build === target && isOther(entry)) ?? null;
	return own.slice(own.findIndex(entry => !isOther(entry)) + 1).find(isOther) ?? null;
}

function noSuchLine(image: string, line: string, known: readonly string[]): SlipwayError {
	return new SlipwayError('usage', `${image} has no image of a line “${line}”.`, {
		hint: known.length > 0 ? `It has ${known.join(', ')}.` : `Build it: \`slipway build ${image}\`.`,
	});
}

function gone(line: string, {build}: MadeLine): SlipwayError {
	return new SlipwayError('not-found', `The image that ${build} made of line ${line} is no longer in the store.`, {
		hint: 'It was removed by `slipway gc`; no tag was moved. Build it again with its lock file, or choose another with --to.',
	});
}

function nothingOlder(image: string, target: string | null): SlipwayError {
	const what = target === null ? 'There is no older image' : `${target} made no other image`;
	return new SlipwayError('not-found', `${what} of ${image} to go back to.`, {
		hint: `\`slipway builds ${image}\` lists the builds that there are.`,
	});
}
