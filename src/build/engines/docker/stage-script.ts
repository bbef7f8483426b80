import type {LayerEntry} from '../../../image/layer.ts';
import type {StageStep} from '../native/sandbox-job.ts';
import {fileEntry} from '../native/tree.ts';
import {unpackCommand} from '../native/unpack-command.ts';

/** What a container needs to carry out the steps of a stage: a script, and the files that it lays down. */
export interface StageScript {
	readonly script: string;
	readonly files: readonly LayerEntry[];
}

/** Where the packages, and what else the script needs, are in the container. Nothing of it enters an image. */
export const handedOver = 'tmp/packages';

/**
 * The steps in the words of sh(1), which every stage but the first finds in what is below it.
 *
 * @param more lines that go before and after all steps
 */
export function stageScript(
	steps: readonly StageStep[],
	{before = [], after = []}: {readonly before?: readonly string[]; readonly after?: readonly string[]} = {},
): StageScript {
	const files: LayerEntry[] = [];
	const lines = steps.flatMap((step): readonly string[] => {
		switch (step.kind) {
			case 'extract':
				return []; // The root that the first stage begins with has them.
			case 'file': {
				const name = `${handedOver}/file-${files.length}`;
				files.push(fileEntry(name, Buffer.from(step.content, 'base64'), {mtime: 0}));
				const place = quote(`/${step.path}`);
				return [...makeAbove(step.path), `rm -f ${place}`, `cp ${quote(`/${name}`)} ${place}`, ...ownedBy(step)];
			}
			case 'folder':
				return [`mkdir -p ${quote(`/${step.path}`)}`, ...ownedBy(step)];
			case 'link': {
				const place = quote(`/${step.path}`);
				const isThere = `[ -e ${place} ] || [ -L ${place} ]`;
				return [...makeAbove(step.path), `${isThere} || ln -s ${quote(step.target)} ${place}`];
			}
			case 'remove':
				return [`rm -rf ${quote(`/${step.path}`)}`];
			case 'unpack':
				return [unpackCommand(step).map(quote).join(' ')];
			case 'run': {
				const command = step.command.map(quote).join(' ');
				if (step.ifExists === undefined) return [command];
				return [`if [ -e ${quote(`/${step.ifExists}`)} ]; then ${command}; fi`];
			}
		}
	});
	return {script: ['set -eu', ...before, ...lines, ...after, `rm -rf /${handedOver}`, ''].join('\n'), files};
}

/** Where a script's /etc/hosts is told: a runtime lays one of its own over every container. */
export const hostsPlace = 'etc/.slipway-hosts';

/** netbase makes /etc/hosts where there is none, and in a container there always is one: it is asked again. */
export function hostsOf(names: readonly string[]): readonly string[] {
	if (!names.includes('netbase')) return [];
	const script = '/var/lib/dpkg/info/netbase.postinst';
	return [
		`sed 's|/etc/hosts|/${hostsPlace}|g' ${script} >/${handedOver}/netbase`,
		`sh /${handedOver}/netbase configure`,
	];
}

/** Packages that a base image has, and the stage has not, go: the image has what the plan says, and nothing else. */
export function purgeOthers(names: readonly string[]): readonly string[] {
	return [
		`kept=${quote(` ${names.join(' ')} `)}`,
		"dpkg-query --show --showformat='${Package}\\n' >/tmp/packages/present",
		'while read -r name; do case "$kept" in *" $name "*) ;; *) echo "$name" ;; esac; done </tmp/packages/present >/tmp/packages/others',
		'if [ -s /tmp/packages/others ]; then xargs dpkg --force-all --purge </tmp/packages/others; fi',
	];
}

function makeAbove(path: string): readonly string[] {
	const slash = path.lastIndexOf('/');
	return slash === -1 ? [] : [`mkdir -p ${quote(`/${path.slice(0, slash)}`)}`];
}

const ownedBy = ({path, uid, gid, mode}: {path: string; uid: number; gid: number; mode: number}): readonly string[] => [
	`chown ${uid}:${gid} ${quote(`/${path}`)}`,
	`chmod ${mode.toString(8)} ${quote(`/${path}`)}`,
];

const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
