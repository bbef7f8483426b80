import {settingKeys, settingsSchema, type SettingKey} from '../../../state/settings/settings-schema.ts';
import {openSettings} from '../../app/settings.ts';
import {SlipwayError} from '../../base/errors.ts';
import {safeText} from '../../base/safe-text.ts';
import {nearestNames} from '../../plan/composition/nearest-names.ts';
import {formatTable} from '../format.ts';
import {jsonOption, type Configure} from '../program.ts';
import {print, printJson, style, warn} from '../terminal.ts';

export const configure: Configure = command => {
	command
		.command('get')
		.description('print one setting')
		.argument('<key>', 'a setting')
		.addOption(jsonOption())
		.action(async (key: string, options: {json?: boolean}) => {
			const settings = await openSettings(process.env, warn);
			const value = settings.get(known(key));
			if (options.json) printJson({key, value});
			else print(safeText(String(value)));
		});
	command
		.command('set')
		.description('change one setting')
		.argument('<key>', 'a setting')
		.argument('<value>', 'its new value; an empty text sets the default again')
		.addOption(jsonOption())
		.action(async (key: string, value: string, options: {json?: boolean}) => {
			const settings = await openSettings(process.env, warn);
			settings.set(known(key), value);
			if (options.json) printJson({key, value: settings.get(known(key))});
		});
	command
		.command('list')
		.description('print all settings')
		.addOption(jsonOption())
		.action(async (options: {json?: boolean}) => {
			const settings = await openSettings(process.env, warn);
			if (options.json) {
				printJson(Object.fromEntries(settingKeys.map(key => [key, settings.get(key)])));
				return;
			}
			const rows = settingKeys.map(key => [
				style('bold', key),
				safeText(String(settings.get(key))) || style('dim', '(empty)'),
				style('dim', settingsSchema[key].description),
			]);
			print(formatTable(rows));
			print(style('dim', `\n${safeText(settings.file)}`));
		});
};

function known(key: string): SettingKey {
	const found = settingKeys.find(candidate => candidate === key);
	if (found) return found;
	const [near] = nearestNames(key, settingKeys, 1);
	throw new SlipwayError('usage', `There is no setting “${key}”.`, {
		hint: near ? `Did you mean ${near}?` : `Settings are ${settingKeys.join(', ')}.`,
	});
}
