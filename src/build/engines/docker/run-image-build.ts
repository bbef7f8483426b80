import type Docker from 'dockerode';
import {readdir} from 'node:fs/promises';
import {SlipwayError, throwIfCancelled} from '../../../base/errors.ts';
import type {PhaseReporter} from '../../engine.ts';
import {readBuildMessage} from './build-output.ts';

/**
 * Sends a context and follows the daemon's build. The Dockerfile's scripts run without network; what they say goes to
 * the phase `configure`.
 *
 * @returns the image's ID
 */
export async function runImageBuild(
	docker: Docker,
	context: string,
	reporter: PhaseReporter,
	signal: AbortSignal,
): Promise<string> {
	return reporter.phase('configure', async report => {
		const stream = await docker.buildImage(
			{context, src: await readdir(context)},
			{networkmode: 'none', rm: true, forcerm: true, nocache: true, abortSignal: signal},
		);
		let imageId: string | null = null;
		let failure: unknown = null;
		await new Promise<void>((resolve, reject) => {
			docker.modem.followProgress(
				stream,
				error => (error ? reject(error) : resolve()),
				(message: unknown) => {
					try {
						imageId = readBuildMessage(message, text => report.log('stdout', text)).imageId ?? imageId;
					} catch (error) {
						failure ??= error;
					}
				},
			);
		}).catch((error: unknown) => {
			failure ??= error;
		});
		throwIfCancelled(signal);
		if (failure !== null) throw failure;
		if (imageId === null) throw new SlipwayError('build', 'The Docker daemon ended the build without an image.');
		return imageId;
	});
}
