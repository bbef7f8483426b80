import {open, readFile} from 'node:fs/promises';
import {isSystemError, SlipwayError} from '../base/errors.ts';
import {hasLinux, hostArchitecture} from '../base/host.ts';
import type {Architecture} from '../repository/package-index.ts';

/** How this host runs programs of an architecture: maintainer scripts call them while an image is made. */
export type Emulation =
	| {readonly kind: 'own'}
	/** By a qemu that the sandbox registers for itself. */
	| {readonly kind: 'program'; readonly emulator: Emulator}
	/** The host has registered one for everybody: binfmt_misc. */
	| {readonly kind: 'registered'; readonly name: string}
	| {readonly kind: 'missing'; readonly reason: string; readonly mend: string};

/** What binfmt_misc is told (docs.kernel.org/admin-guide/binfmt-misc.html). */
export interface Emulator {
	readonly name: string;
	/** Magic and mask as they are written into `register`. */
	readonly magic: string;
	readonly mask: string;
	/** Path of a qemu that is linked statically: the image has no libraries of this host. */
	readonly program: string;
}

/** ELF headers of executables and shared objects, as qemu-binfmt-conf.sh has them. */
const machines = {
	arm64: {
		name: 'qemu-aarch64',
		magic: String.raw`\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00`,
	},
	amd64: {
		name: 'qemu-x86_64',
		magic: String.raw`\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\x3e\x00`,
	},
} as const;
const mask = String.raw`\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff`;

export async function findEmulation(architecture: Architecture): Promise<Emulation> {
	if (architecture === hostArchitecture()) return {kind: 'own'};
	const {name, magic} = machines[architecture];
	const program = await staticProgram([`/usr/bin/${name}-static`, `/usr/bin/${name}`]);
	if (program !== null && hasOwnRegistrations()) return {kind: 'program', emulator: {name, magic, mask, program}};
	const entry = await readFile(`/proc/sys/fs/binfmt_misc/${name}`, 'utf8').catch(() => '');
	// Without the flag F, the emulator is looked for in the image.
	if (/^enabled$/mu.test(entry) && /^flags: \S*F/mu.test(entry)) return {kind: 'registered', name};
	return {
		kind: 'missing',
		reason: program === null ? `This host has no ${name}.` : `${name} is not registered with this kernel.`,
		mend: 'As root: `apt-get install qemu-user-static binfmt-support`.',
	};
}

/** The emulator that a sandbox has to register; null where none is needed. Throws `host` where images cannot be made. */
export async function emulatorFor(architecture: Architecture): Promise<Emulator | null> {
	const emulation = await findEmulation(architecture);
	if (emulation.kind !== 'missing') return emulation.kind === 'program' ? emulation.emulator : null;
	throw new SlipwayError('host', `Images for linux/${architecture} cannot be built here: ${emulation.reason}`, {
		hint: emulation.mend,
	});
}

/** Since Linux 6.7, a user namespace may have a binfmt_misc of its own. */
export const hasOwnRegistrations = (): boolean => hasLinux(6, 7);

async function staticProgram(paths: readonly string[]): Promise<string | null> {
	for (const path of paths) if (await isStatic(path)) return path;
	return null;
}

const interpreterSegment = 3;

/** Whether a program asks for no dynamic loader: elf(5), 64 bits, little-endian. */
async function isStatic(path: string): Promise<boolean> {
	let file;
	try {
		file = await open(path, 'r');
	} catch (error) {
		if (isSystemError(error, 'ENOENT') || isSystemError(error, 'EACCES')) return false;
		throw error;
	}
	try {
		const bytes = Buffer.alloc(4096);
		const {bytesRead} = await file.read(bytes, 0, bytes.length, 0);
		if (bytesRead < 64 || bytes.readUInt32BE(0) !== 0x7f454c46) return false;
		const [start, size, count] = [Number(bytes.readBigUInt64LE(32)), bytes.readUInt16LE(54), bytes.readUInt16LE(56)];
		for (let at = start; at < start + size * count && at + 4 <= bytesRead; at += size) {
			if (bytes.readUInt32LE(at) === interpreterSegment) return false;
		}
		return true;
	} finally {
		await file.close();
	}
}
