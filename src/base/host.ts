import {release} from 'node:os';

/** The architecture of this host, in the words of Debian and OCI. */
export const hostArchitecture = (): 'amd64' | 'arm64' => (process.arch === 'arm64' ? 'arm64' : 'amd64');

/** Whether this host runs Linux of that version or a newer one. */
export function hasLinux(major: number, minor: number): boolean {
	const [ownMajor = 0, ownMinor = 0] = release().split('.').map(Number);
	return process.platform === 'linux' && (ownMajor > major || (ownMajor === major && ownMinor >= minor));
}
