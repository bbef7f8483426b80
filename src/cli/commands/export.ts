import type {ExportResult} from '../../publish/export-image.ts';
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

interface ExportCommandOptions {
	readonly allTags?: boolean;
	readonly arch?: string;
	readonly plainHttp?: boolean;
	readonly json?: boolean;
}

export const configure: Configure = command =>
	void command
		.argument('<name:tag>', 'a built image')
		.argument('<destination>', 'where to; see below')
		.option('--all-tags', 'every tag that builds move, under its own name; they move together')
		.option('--arch <architecture>', 'architecture, for destinations that hold one')
		.option('--plain-http', 'talk to the registry without TLS')
		.addOption(jsonOption())
		.addHelpText('after', notation)
		.action(async (reference: string, destination: string, options: ExportCommandOptions) => {
			await withServices({}, async (services, signal) => {
				const image = await findImage(services, reference);
				const progress = progressRow(process.stderr);
				let results;
				try {
					results = await services.publishing.publish({
						name: image.name,
						destination,
						signal,
						onProgress: bytes => progress.show(bytes),
						...(options.allTags ? {} : {tags: [image.tag]}),
						...(options.arch === undefined ? {} : {architecture: options.arch}),
						...(options.plainHttp === undefined ? {} : {isPlainHttp: options.plainHttp}),
					});
				} finally {
					progress.end();
				}
				// One document for one image, as it has always been.
				if (options.json) printJson(options.allTags ? results : results[0]);
				else for (const result of results) printResult(result);
			});
		});

function printResult({references, destination, digest, unchanged}: ExportResult): void {
	const names = references.length > 0 ? references.join(', ') : destination;
	print(`${safeText(names)} ${shortDigest(digest)}${unchanged ? ' was there already' : ''}`);
}

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
