import {join} from 'node:path';
import {SlipwayError} from '../base/errors.ts';
import {buildFolderOf, listBuildIds, outlineOf} from '../build/build-folder.ts';
import {buildTagOf} from '../build/build-id.ts';
import type {FinishedLine} from '../build/journal-event.ts';
import {isDigest} from '../image/digest.ts';
import {mediaTypes, type Descriptor} from '../image/oci.ts';
import {tagOf} from '../plan/tags.ts';
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
}

/** Moves the tags of an image's lines back to an older build. All tags move together. */
export async function rollback(
	{store, paths, locateBuild, compositions}: Pick<AllServices, 'store' | 'paths' | 'locateBuild' | 'compositions'>,
	{image, lines, to}: RollbackWishes,
): Promise<readonly RolledBackLine[]> {
	await compositions.open(image);
	const buildsFolder = join(paths.data, 'builds');
	const target = to === null ? null : (await locateBuild(to)).paths.build;
	const made = await madeLines(buildsFolder, image);
	const current = new Map<string, string | null>();
	for (const {line} of made) {
		if (!current.has(line.line)) current.set(line.line, (await store.resolve(image, tagOf(line.line)))?.digest ?? null);
	}
	const moved: RolledBackLine[] = [];
	for (const [name, digest] of current) {
		if (lines.length > 0 && !lines.includes(name)) continue;
		const own = made.filter(({line}) => line.line === name);
		const older =
			target === null
				? own.slice(own.findIndex(({line}) => line.digest === digest) + 1)
				: own.filter(({build}) => build === target);
		const chosen = older.find(({line}) => line.digest !== digest);
		if (chosen === undefined) continue;
		const descriptor = await descriptorOf(store, chosen.line);
		// The unique tag of a build never moves.
		const tags = chosen.line.tags.filter(tag => !tag.endsWith(buildTagOf('', chosen.build)));
		await store.tag(image, tags, descriptor);
		moved.push({line: name, build: chosen.build, tags, digest: descriptor.digest});
	}
	if (moved.length > 0) return moved;
	throw new SlipwayError('not-found', `There is no other image of ${image} to go back to.`, {
		hint: '`slipway builds NAME` lists the builds that there are.',
	});
}

/** Newest first. */
async function madeLines(
	buildsFolder: string,
	image: string,
): Promise<readonly {readonly build: string; readonly line: FinishedLine}[]> {
	const made: {build: string; line: FinishedLine}[] = [];
	for (const build of await listBuildIds(buildsFolder)) {
		const outline = await outlineOf(buildFolderOf(buildsFolder, build));
		if (outline.image !== image) continue;
		for (const line of outline.finished?.lines ?? []) if (line.status === 'created') made.push({build, line});
	}
	return made;
}

async function descriptorOf(store: AllServices['store'], {line, digest}: FinishedLine): Promise<Descriptor> {
	if (isDigest(digest) && (await store.has(digest))) {
		const {byteLength} = await store.read(digest);
		return {mediaType: mediaTypes.index, digest, size: byteLength};
	}
	throw new SlipwayError('not-found', `The older image of line ${line} is no longer in the store.`, {
		hint: 'It was removed by `slipway gc`. Build it again with its lock file.',
	});
}
