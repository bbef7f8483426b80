import {createHash} from 'node:crypto';
import {closeSync, openSync, readSync, statSync} from 'node:fs';
import {mkdir, open, readFile, rename, rm, writeFile, type FileHandle} from 'node:fs/promises';
import {join} from 'node:path';
import {isSystemError, SlipwayError} from '../../../base/errors.ts';
import {readFileChunks} from '../../../image/layer-source.ts';
import {readTar, type PlacedEntry, type ReadAt} from '../../../image/tar/read-tar.ts';
import {arHeader, arMagic, readAr, type ArMember} from './ar.ts';
import {decompress} from './decompress.ts';
import {safeEntries} from './safe-entries.ts';
import {decodeSegment, encodeSegment, type ControlFile, type Segment} from './segment.ts';

const largestControlBytes = 64 << 20;

/** Turns a verified package file into a segment folder; the folder appears whole, or not at all. */
export async function makeSegment(debFile: string, sha256: string, folder: string): Promise<void> {
	const temporary = `${folder}.${process.pid}.${createHash('sha256').update(`${Math.random()}`).digest('hex').slice(0, 8)}.tmp`;
	await mkdir(temporary, {recursive: true});
	try {
		const fast = join(temporary, 'package.deb');
		const {control, data} = await writeFastDeb(debFile, fast);
		const segment = {
			...readSegment(fast, sha256, control, data),
			debSha256: hashFile(fast),
			debBytes: statSync(fast).size,
		};
		await writeFile(join(temporary, 'segment.json'), encodeSegment(segment));
		await rename(temporary, folder).catch(async (error: unknown) => {
			// Another process was faster: its segment is the same.
			if (!isSystemError(error, 'ENOTEMPTY') && !isSystemError(error, 'EEXIST')) throw error;
		});
	} finally {
		await rm(temporary, {recursive: true, force: true});
	}
}

/** Throws `storage` if the segment is not what was written once: nothing is synced, and the machine may have crashed since. */
export async function verifySegment(folder: string): Promise<void> {
	const segment = decodeSegment(await readFile(join(folder, 'segment.json'), 'utf8'));
	if (segment === null || hashFile(join(folder, 'package.deb')) !== segment.debSha256) {
		throw new SlipwayError('storage', `The cached package ${folder} is torn.`, {hint: 'Build again.'});
	}
}

function hashFile(file: string): string {
	const hash = createHash('sha256');
	for (const chunk of readFileChunks(file, 0, statSync(file).size)) hash.update(chunk);
	return hash.digest('hex');
}

/** The same package with its archives uncompressed. Places are in the new file. */
async function writeFastDeb(
	debFile: string,
	target: string,
): Promise<{readonly control: ArMember; readonly data: ArMember}> {
	const [source, output] = await Promise.all([open(debFile, 'r'), open(target, 'wx')]);
	try {
		const members = await readAr(source, (await source.stat()).size);
		const [version, control, data] = members;
		if (
			version?.name !== 'debian-binary' ||
			!control?.name.startsWith('control.tar') ||
			!data?.name.startsWith('data.tar')
		) {
			throw new SlipwayError('verification', 'The package file has not the members that deb(5) asks for.');
		}
		const head = Buffer.concat([arMagic(), arHeader('debian-binary', 4), Buffer.from('2.0\n')]);
		await output.write(head);
		const fastControl = await copyMember(debFile, control, output, head.length, 'control.tar');
		if (fastControl.sizeBytes > largestControlBytes) {
			throw new SlipwayError('verification', 'The package has a control archive of absurd size.');
		}
		const at = fastControl.offset + fastControl.sizeBytes + (fastControl.sizeBytes % 2);
		return {control: fastControl, data: await copyMember(debFile, data, output, at, 'data.tar')};
	} finally {
		await Promise.all([source.close(), output.close()]);
	}
}

async function copyMember(
	debFile: string,
	member: ArMember,
	output: FileHandle,
	at: number,
	name: string,
): Promise<ArMember> {
	const offset = at + 60;
	let end = offset;
	for await (const chunk of decompress(member.name.slice(name.length), {file: debFile, ...member})) {
		await output.write(chunk, 0, chunk.length, end);
		end += chunk.length;
	}
	const sizeBytes = end - offset;
	await output.write(arHeader(name, sizeBytes), 0, 60, at);
	if (sizeBytes % 2 === 1) await output.write('\n', end);
	return {name, offset, sizeBytes};
}

function readSegment(
	fastDeb: string,
	sha256: string,
	control: ArMember,
	data: ArMember,
): Omit<Segment, 'debSha256' | 'debBytes'> {
	const descriptor = openSync(fastDeb, 'r');
	try {
		const readFrom =
			(base: ArMember): ReadAt =>
			(offset, length) => {
				const bytes = Buffer.alloc(Math.min(length, Math.max(0, base.sizeBytes - offset)));
				return bytes.subarray(0, readSync(descriptor, bytes, 0, bytes.length, base.offset + offset));
			};
		const files = new Map<string, string>();
		const controlFiles: ControlFile[] = [];
		let newestMtime = 0;
		const readControl = readFrom(control);
		for (const member of readTar(readControl, control.sizeBytes)) {
			newestMtime = Math.max(newestMtime, member.mtime);
			const name = member.path.replace(/^\.\//u, '');
			if (member.kind !== 'file') continue;
			if (!/^[a-z0-9.-]+$/u.test(name))
				throw new SlipwayError('verification', 'The package has a strange control archive.');
			files.set(name, readControl(member.offset, member.size).toString('utf8'));
			const {mode, mtime, size} = member;
			controlFiles.push({name, mode, mtime, size, offset: control.offset + member.offset});
		}
		const members = [...readTar(readFrom(data), data.sizeBytes)] satisfies PlacedEntry[];
		for (const member of members) newestMtime = Math.max(newestMtime, member.mtime);
		const text = files.get('control') ?? '';
		return {
			sha256,
			package: fieldOf(text, 'Package'),
			version: fieldOf(text, 'Version'),
			control: text,
			controlFiles: controlFiles.sort((a, b) => (a.name < b.name ? -1 : 1)),
			conffiles: (files.get('conffiles') ?? '').split('\n').filter(line => line.trim() !== ''),
			data: {offset: data.offset, sizeBytes: data.sizeBytes},
			md5sums: files.get('md5sums') ?? '',
			setsCapabilities: /\bsetcap\b/u.test(files.get('postinst') ?? ''),
			preDepends: namesOf(fieldOf(text, 'Pre-Depends')),
			newestMtime,
			entries: safeEntries(members, data.offset),
		};
	} finally {
		closeSync(descriptor);
	}
}

/** A field of one line; empty if it is not there. */
export function fieldOf(control: string, field: string): string {
	return new RegExp(`^${field}:[ \\t]*(.*)$`, 'imu').exec(control)?.[1]?.trim() ?? '';
}

const namesOf = (relations: string): readonly (readonly string[])[] =>
	relations
		.split(',')
		.map(group => group.split('|').map(relation => /^\s*([^\s:(]*)/u.exec(relation)?.[1] ?? ''))
		.filter(group => group.some(name => name !== ''));
