import {stringify} from 'yaml';
import type {Composition} from '../composition.ts';

/** The text of a composition file: the fields in their usual order, those at their default left out. */
export function writeComposition(composition: Composition): string {
	const {
		name,
		description,
		extends: inherited,
		starter,
		variant,
		lines,
		platforms,
		packages,
		env,
		bundles,
		config,
		tests,
	} = composition;
	const filled = <T extends object>(value: T) => (Object.keys(value).length > 0 ? value : undefined);
	const document = {
		name,
		description: description === '' ? undefined : description,
		extends: inherited && inherited.length > 0 ? inherited : undefined,
		starter,
		variant,
		lines,
		platforms,
		packages: filled(packages.map(({name, version}) => (version === null ? name : {name, version}))),
		env: filled(env),
		bundles: filled(bundles),
		config: filled(config),
		tests: filled(tests),
	};
	// `core` is what editors and other tools read: it quotes what would be taken for a number or a Boolean.
	return stringify(document, {schema: 'core', lineWidth: 120, keepUndefined: false, aliasDuplicateObjects: false});
}
