import type Docker from 'dockerode';
import {SlipwayError} from '../../../base/errors.ts';
import {runContainer} from './run-container.ts';

/** Versions of the packages that an image has, by name. Throws `bad-input` for an image without dpkg. */
export async function installedVersions(docker: Docker, image: string): Promise<ReadonlyMap<string, string>> {
	const {exitCode, stdout, stderr} = await runContainer(docker, {
		image,
		entrypoint: ['/usr/bin/dpkg-query'],
		command: ['--show', '--showformat=${Package}\t${Version}\t${db:Status-Status}\n'],
		timeoutMs: 60_000,
	});
	if (exitCode !== 0) {
		throw new SlipwayError('bad-input', `The base image ${image} has no dpkg: ${stderr.trim()}.`, {
			hint: 'Name a Debian image of the line’s release by digest in the setting `docker.baseImage`.',
		});
	}
	const installed = new Map<string, string>();
	for (const row of stdout.split('\n')) {
		const [name, version, status] = row.split('\t');
		if (name && version && status === 'installed') installed.set(name, version);
	}
	return installed;
}

/** The time that an image says it was created at, in seconds. */
export async function imageEpoch(docker: Docker, image: string): Promise<number> {
	const {Created} = await docker.getImage(image).inspect();
	return Math.floor(Date.parse(Created) / 1000);
}
