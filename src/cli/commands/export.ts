import {exportImage} from '../../publish/export-image.ts';
import {safeText} from '../../base/safe-text.ts';
import {formatBytes, shortDigest} from '../format.ts';
import {findImage} from '../image-reference.ts';
import {jsonOption, type Configure} from '../program.ts';
import {print, printJson} from '../terminal.ts';
import {withServices} from '../with-services.ts';

const notation = `
Destinations:
  oci:DIR[:TAG]                        OCI image layout in a folder
  oci-archive:FILE[:TAG]               the same in a tar file
  docker-archive:FILE[:NAME:TAG]       what \`docker load\` reads
  docker-daemon:[NAME:TAG]             straight into the Docker daemon
  docker://HOST/REPOSITORY[:TAG]       a registry
`;

export const configure: Configure = command =>
	void command
		.argument('<name:tag>', 'a built image')
		.argument('<destination>', 'where to; see below')
		.option('--arch <architecture>', 'architecture, for destinations that hold one')
		.option('--plain-http', 'talk to the registry without TLS')
		.addOption(jsonOption())
		.addHelpText('after', notation)
		.action(
			async (reference: string, destination: string, options: {arch?: string; plainHttp?: boolean; json?: boolean}) => {
				await withServices({}, async (services, signal) => {
					const image = await findImage(services, reference);
					const host = /^docker:\/\/([^/]+)/u.exec(destination)?.[1];
					const progress = progressRow(process.stderr);
					let result;
					try {
						result = await exportImage({
							store: services.store,
							name: image.name,
							tag: image.tag,
							tenant: services.tenant,
							destination,
							signal,
							onProgress: bytes => progress.show(bytes),
							...(options.arch === undefined ? {} : {architecture: options.arch}),
							...(options.plainHttp && host ? {plainHttpHosts: [host]} : {}),
						});
					} finally {
						progress.end();
					}
					if (options.json) printJson(result);
					else {
						const names = result.references.length > 0 ? result.references.join(', ') : result.destination;
						print(`${safeText(names)} ${shortDigest(result.digest)}${result.unchanged ? ' was there already' : ''}`);
					}
				});
			},
		);

/** Bytes so far on one row of a terminal; silence elsewhere. */
function progressRow(stream: NodeJS.WriteStream) {
	let paintedAtMs = 0;
	return {
		show({doneBytes, totalBytes}: {readonly doneBytes: number; readonly totalBytes: number}) {
			if (!stream.isTTY || Date.now() - paintedAtMs < 100) return;
			paintedAtMs = Date.now();
			stream.write(`\rExporting ${formatBytes(doneBytes)} of ${formatBytes(totalBytes)}\u001b[K`);
		},
		end() {
			if (paintedAtMs > 0) stream.write('\r\u001b[K');
		},
	};
}
