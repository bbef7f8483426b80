import type {FileHandle} from 'node:fs/promises';
import {SlipwayError} from '../../../base/errors.ts';

export interface ArMember {
	readonly name: string;
	readonly offset: number;
	readonly sizeBytes: number;
}

const magic = '!<arch>\n';
const headerBytes = 60;

/** The members of a .deb file's ar archive: deb(5). Throws `verification`. */
export async function readAr(file: FileHandle, sizeBytes: number): Promise<readonly ArMember[]> {
	const header = Buffer.alloc(headerBytes);
	await file.read(header, 0, magic.length, 0);
	if (header.toString('latin1', 0, magic.length) !== magic) throw malformed('is not an ar archive');
	const members: ArMember[] = [];
	for (let at = magic.length; at < sizeBytes;) {
		const {bytesRead} = await file.read(header, 0, headerBytes, at);
		if (bytesRead < headerBytes || header.toString('latin1', 58, 60) !== '`\n') throw malformed('has a broken header');
		const size = header.toString('latin1', 48, 58).trim();
		const offset = at + headerBytes;
		const length = Number(size);
		if (!/^\d+$/u.test(size) || offset + length > sizeBytes) throw malformed('has a member of impossible size');
		members.push({name: header.toString('latin1', 0, 16).trim().replace(/\/$/u, ''), offset, sizeBytes: length});
		if (members.length > 16) throw malformed('has too many members');
		at = offset + length + (length % 2);
	}
	return members;
}

export const arMagic = (): Buffer => Buffer.from(magic, 'latin1');

export function arHeader(name: string, sizeBytes: number): Buffer {
	const fields = [name.padEnd(16), '0'.padEnd(12), '0'.padEnd(6), '0'.padEnd(6), '100644'.padEnd(8)];
	return Buffer.from(`${fields.join('')}${String(sizeBytes).padEnd(10)}\`\n`, 'latin1');
}

function malformed(what: string): SlipwayError {
	return new SlipwayError('verification', `The package file ${what}.`);
}
