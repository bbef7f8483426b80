import {spawnSync} from 'node:child_process';

const attribute = 'security.capability';

/** A file's capabilities (setcap in a maintainer script) as PAX records; null without any. Seen from the user namespace. */
export function fileCapabilities(place: string): Readonly<Record<string, string>> | null {
	// Node has no getxattr(2); GNU tar, Essential in Debian, writes it down (--xattrs).
	const tar = spawnSync(
		'tar',
		['--create', '--xattrs', `--xattrs-include=${attribute}`, '--no-recursion', '-P', place],
		{
			maxBuffer: 64 << 20,
		},
	);
	if (tar.status !== 0) return null;
	const key = Buffer.from(`SCHILY.xattr.${attribute}=`);
	const at = tar.stdout.subarray(0, 4096).indexOf(key);
	if (at === -1) return null;
	// LENGTH SPACE KEY=VALUE NEWLINE: the length counts all of it.
	const start = tar.stdout.lastIndexOf(0x0a, at) + 1;
	const length = Number.parseInt(tar.stdout.toString('latin1', Math.max(start, at - 8), at).replace(/^\D*/u, ''), 10);
	const begin = at - String(length).length - 1;
	return {[`SCHILY.xattr.${attribute}`]: tar.stdout.toString('latin1', at + key.length, begin + length - 1)};
}
