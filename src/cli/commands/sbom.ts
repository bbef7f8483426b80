import {Option} from 'commander';
import {mediaTypes} from '../../image/oci.ts';
import {sbomTable} from '../../sbom/table.ts';
import {attachedDocument, findImage, packagesOf} from '../image-reference.ts';
import {jsonOption, type Configure} from '../program.ts';
import {print, printJson} from '../terminal.ts';
import {withServices} from '../with-services.ts';

export const configure: Configure = command =>
	void command
		.argument('<name:tag>', 'a built image')
		.addOption(
			new Option('-f, --format <format>', 'form of the document')
				.choices(['spdx', 'cyclonedx', 'table'])
				.default('table'),
		)
		.addOption(jsonOption())
		.action(async (reference: string, {format, json}: {format: 'spdx' | 'cyclonedx' | 'table'; json?: boolean}) => {
			await withServices({}, async services => {
				const image = await findImage(services, reference);
				if (format !== 'table') {
					// The very bytes that are attached: their hash can be checked.
					process.stdout.write(await attachedDocument(services, image, mediaTypes[format]));
					return;
				}
				const packages = await packagesOf(services, image);
				if (json) printJson(packages);
				else print(sbomTable(packages));
			});
		});
