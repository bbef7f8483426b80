import {readFileSync} from 'node:fs';
import {mustRun} from './run-program.ts';

/** What an ended daemon leaves mounted keeps its folder from being removed: network namespaces always, the rest when it is killed. */
export async function unmountBelow(folder: string): Promise<void> {
	const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n');
	const places = mounts.map(line => line.split(' ')[1] ?? '').filter(place => place.startsWith(`${folder}/`));
	if (places.length > 0) await mustRun('umount', ['--lazy', ...places.toReversed()]);
}
