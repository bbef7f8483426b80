import {Option, type Command} from 'commander';
import {SlipwayError} from '../base/errors.ts';
import {
	checkBundleName,
	checkImageName,
	checkPackageName,
	checkPackageVersion,
	checkVariable,
} from '../plan/composition/composition-rules.ts';
import type {CompositionEdit} from '../plan/composition/edit-text.ts';

const rows = [
	['--add-package <name[=version]>', 'add a package, or pin one', packageEdit],
	['--remove-package <name>', 'take a package out', named('remove-package', checkPackageName)],
	['--env <name=value>', 'set a variable', variableEdit],
	['--remove-env <name>', 'take a variable out', named('remove-variable', () => null)],
	['--bundle <name>', 'add a file bundle', named('add-bundle', checkBundleName)],
	['--remove-bundle <name>', 'take a file bundle out', named('remove-bundle', checkBundleName)],
	['--label <name=value>', 'set a label', labelEdit],
	['--remove-label <name>', 'take a label out', named('remove-label', () => null)],
	['--extend <baseline>', 'extend a baseline', named('extend', checkImageName)],
	['--remove-extend <baseline>', 'extend it no longer', named('leave', checkImageName)],
] as const;

/** Adds the options by which compositions are edited; each may be repeated. Their edits are collected in order. */
export function compositionEditOptions(command: Command): () => readonly CompositionEdit[] {
	const edits: CompositionEdit[] = [];
	for (const [flags, description, editOf] of rows) {
		const collect = (value: string): readonly CompositionEdit[] => {
			edits.push(editOf(value));
			return edits;
		};
		command.addOption(new Option(flags, description).argParser(collect));
	}
	return () => edits;
}

function named(
	kind: Extract<CompositionEdit, {name: string}>['kind'],
	check: (name: string) => string | null,
): (name: string) => CompositionEdit {
	return name => ({kind, name: checked(name, check)}) as CompositionEdit;
}

function packageEdit(text: string): CompositionEdit {
	const [name, version] = split(text);
	checked(name, checkPackageName);
	if (version !== null) checked(version, checkPackageVersion);
	return {kind: 'add-package', package: {name, version}};
}

function variableEdit(text: string): CompositionEdit {
	const [name, value] = split(text);
	checked(value ?? '', given => checkVariable(name, given));
	return {kind: 'set-variable', name, value: value ?? ''};
}

function labelEdit(text: string): CompositionEdit {
	const [name, value] = split(text);
	if (name === '' || value === null) throw refused(text, 'A label is NAME=VALUE.');
	return {kind: 'set-label', name, value};
}

function split(text: string): readonly [string, string | null] {
	const place = text.indexOf('=');
	return place === -1 ? [text, null] : [text.slice(0, place), text.slice(place + 1)];
}

function checked(text: string, check: (text: string) => string | null): string {
	const reason = check(text);
	if (reason === null) return text;
	throw refused(text, reason);
}

const refused = (text: string, reason: string) =>
	new SlipwayError('usage', `“${text}” cannot be taken. ${reason}`, {hint: '`slipway edit --help` shows the forms.'});
