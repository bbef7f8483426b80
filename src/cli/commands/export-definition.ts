import {Option} from 'commander';
import {SlipwayError} from '../../base/errors.ts';
import {definitionFormats, exportDefinition, type DefinitionFormat} from '../../plan/definitions/export-definition.ts';
import {planFor} from '../plan-for.ts';
import {jsonOption, mirrorOption, type Configure} from '../program.ts';
import {printJson} from '../terminal.ts';
import {withServices} from '../with-services.ts';

interface DefinitionOptions {
	readonly line?: string;
	readonly format: DefinitionFormat;
	readonly locked?: boolean;
	readonly mirror?: string;
	readonly json?: boolean;
}

export const configure: Configure = command =>
	void command
		.argument('<file|name>', 'a composition file, or the name of a private image')
		.addOption(new Option('-f, --format <format>', 'whose words').choices(definitionFormats).default('dockerfile'))
		.option('-l, --line <line>', 'the line; the most advanced one unless said')
		.option('--locked', 'of exactly what the lock file records')
		.addOption(mirrorOption())
		.addOption(jsonOption())
		.action(async (wanted: string, options: DefinitionOptions) => {
			await withServices({mirror: options.mirror}, async (services, signal) => {
				const {plan} = await planFor(services, wanted, {
					locked: options.locked ?? false,
					signal,
					indexes: 'if missing',
				});
				const line = options.line ?? plan.lines.find(({status}) => status === 'ok')?.line;
				const found = plan.lines.find(candidate => candidate.line === line);
				if (!found) {
					throw new SlipwayError('usage', `There is no line “${line ?? ''}” that can be built.`, {
						hint: `The lines are ${plan.lines.map(candidate => candidate.line).join(', ')}.`,
					});
				}
				const definition = exportDefinition(plan, found, options.format);
				if (options.json) printJson({image: plan.image, line: found.line, format: options.format, definition});
				else process.stdout.write(definition);
			});
		});
