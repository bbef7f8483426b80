import {readFile} from 'node:fs/promises';

let boot: Promise<string> | undefined;

/** Names the run of the machine since it was started: what was written in it without a sync is whole as long as it lasts. */
export function bootId(): Promise<string> {
	boot ??= readFile('/proc/sys/kernel/random/boot_id', 'utf8').then(text => text.trim());
	return boot;
}
