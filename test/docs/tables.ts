import type {Command} from 'commander';
import {exitCodes} from '../../src/base/errors.ts';
import {createProgram} from '../../src/cli/program.ts';
import {commandTable as keyCommands} from '../../state/keys/key-map.ts';
import {settingKeys, settingsSchema, type Setting} from '../../state/settings/settings-schema.ts';

/** The README's tables, made from the code that they describe. */

export async function commandTable(): Promise<string> {
	const program = await createProgram('0', () => true);
	const rows = program.commands.flatMap(command => commandRows(command, ''));
	return table(['Command', 'Does', 'Options'], rows);
}

/** A command that only groups others stands for those. */
function commandRows(command: Command, group: string): string[][] {
	const name = `${group}${command.name()}`;
	if (command.commands.length > 0) return command.commands.flatMap(child => commandRows(child, `${name} `));
	const parameters = command.registeredArguments.map(argument => {
		const text = argument.name() + (argument.variadic ? '…' : '');
		return argument.required ? text.toUpperCase() : `[${text.toUpperCase()}]`;
	});
	const options = command.options.filter(option => !option.hidden && option.long !== '--help');
	return [
		[
			`\`${['slipway', name, ...parameters].join(' ')}\``,
			command.description(),
			options.map(option => `\`${option.flags}\``).join(', '),
		],
	];
}

interface KeyCommand {
	readonly title: string;
	readonly keys: readonly string[];
	readonly contexts: readonly string[];
}

const exitCodeMeanings: Record<keyof typeof exitCodes, string> = {
	done: 'done',
	failed: 'failed; for a build: all lines',
	usage: 'a wrong flag, argument, name or file; nothing was changed',
	someLinesCreated: 'some lines were created, others failed',
	cancelled: 'cancelled',
};

export function exitCodeTable(): string {
	const names = Object.keys(exitCodes) as (keyof typeof exitCodes)[];
	return table(
		['Code', 'Means'],
		names.map(name => [String(exitCodes[name]), exitCodeMeanings[name]]),
	);
}

export function settingTable(): string {
	const rows = settingKeys.map(key => {
		const setting = settingsSchema[key];
		const initial = setting.default === '' ? '' : `\`${String(setting.default)}\``;
		return [`\`${key}\``, valuesOf(setting), initial, setting.description];
	});
	return table(['Setting', 'Values', 'Default', 'What it is'], rows);
}

/** Keys of the interactive program, in the order of the places where they are valid. */
export function keyTable(): string {
	const rows = Object.values<KeyCommand>(keyCommands).map(({title, keys, contexts}) => [
		keys.map(key => `\`${key}\``).join(' '),
		title,
		contexts.join(', '),
	]);
	return table(['Keys', 'Do', 'Where'], rows);
}

function valuesOf(setting: Setting): string {
	switch (setting.kind) {
		case 'text':
			return 'text';
		case 'flag':
			return '`true`, `false`';
		case 'choice':
			return setting.choices.map(choice => `\`${choice}\``).join(', ');
		case 'whole number':
			return `${setting.min}–${setting.max}`;
	}
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
	const line = (cells: readonly string[]) => `| ${cells.map(escapeCell).join(' | ')} |\n`;
	return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('');
}

function escapeCell(text: string): string {
	return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
