import type {Argument, Command, Option} from 'commander';
import {join} from 'node:path';
import {readdir} from 'node:fs/promises';
import {settingKeys} from '../../state/settings/settings-schema.ts';
import {slipwayPaths} from '../base/paths.ts';
import {listBuildIds} from '../build/build-folder.ts';

/** What can stand in the place of the last word: candidates, or `files` alone where the shell completes paths. */
export async function complete(program: Command, words: readonly string[]): Promise<readonly string[]> {
	const typed = words.at(-1) ?? '';
	let command = program;
	let before = words.slice(0, -1);
	for (let next = before[0]; next !== undefined; next = before[0]) {
		const inner = command.commands.find(candidate => candidate.name() === next);
		if (!inner) break;
		command = inner;
		before = before.slice(1);
	}
	const candidates = await candidatesFor(command, before, typed);
	return candidates === 'files' ? ['files'] : candidates.filter(candidate => candidate.startsWith(typed));
}

async function candidatesFor(
	command: Command,
	before: readonly string[],
	typed: string,
): Promise<readonly string[] | 'files'> {
	const option = optionNamed(command, before.at(-1));
	if (option?.required) return valuesOf(option);
	if (typed.startsWith('-')) {
		return [...command.options.flatMap(({long}) => long ?? []), '--help'];
	}
	if (command.commands.length > 0) return command.commands.map(candidate => candidate.name());
	const places = command.registeredArguments;
	const argument = places[Math.min(positionals(command, before), places.length - 1)];
	return argument ? valuesOf(argument) : [];
}

const optionNamed = (command: Command, word: string | undefined) =>
	command.options.find(({long, short}) => word !== undefined && (word === long || word === short));

/** Words before the cursor that are no options and no values of options. */
function positionals(command: Command, before: readonly string[]): number {
	return before.filter((word, index) => !word.startsWith('-') && !optionNamed(command, before[index - 1])?.required)
		.length;
}

async function valuesOf(place: Argument | Option): Promise<readonly string[] | 'files'> {
	if (place.argChoices) return place.argChoices;
	const {data} = slipwayPaths();
	const name = 'long' in place ? place.long : place.name();
	switch (name) {
		case 'file|name':
		case 'name:tag|file': {
			const names = await imageNames(data);
			return names.length > 0 ? names : 'files';
		}
		case 'name':
		case 'name:tag':
			return imageNames(data);
		case 'build':
		case 'trace|build':
			return [...(await listBuildIds(join(data, 'builds'))), ...(await imageNames(data))];
		case 'key':
			return settingKeys;
		case 'path':
		case 'destination':
			return 'files';
		default:
			return [];
	}
}

async function imageNames(dataFolder: string): Promise<readonly string[]> {
	const files = await readdir(join(dataFolder, 'compositions')).catch(() => []);
	return files.filter(file => file.endsWith('.yaml')).map(file => file.slice(0, -'.yaml'.length));
}
