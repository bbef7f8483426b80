import {SlipwayError} from '../../base/errors.ts';
import {safeText} from '../../base/safe-text.ts';
import type {Relation, RelationGroup, RelationOperator} from '../package-index.ts';
import {isVersion} from './version.ts';

/** Policy 5.6.7, but with the capitals and the single letter that dpkg takes too (`R`). */
export const packageNamePattern = /^[A-Za-z0-9][A-Za-z0-9+.-]*$/;

// deb-control(5), "Depends": name[:qualifier] [(operator version)].
const relationPattern =
	/^([A-Za-z0-9][A-Za-z0-9+.-]*)(?::([a-z0-9][a-z0-9-]*))?\s*(?:\(\s*(?:(<<|<=|=|>=|>>|<|>)\s*)?([^\s()]+)\s*\))?$/;

/**
 * Parses a relation field: `libc6 (>= 2.38), awk | mawk:any`. An empty field gives no groups.
 * Throws `bad-input` for a field that deb-control(5) does not allow.
 */
export function parseRelations(text: string): readonly RelationGroup[] {
	const groups: RelationGroup[] = [];
	for (const part of text.split(',')) {
		const trimmed = part.trim();
		// dpkg accepts empty places between commas, and packages in the archive have them.
		if (trimmed !== '') groups.push(parseRelationGroup(trimmed));
	}
	return groups;
}

/** One group of a relation field: `awk | mawk`. Throws `bad-input`. */
export function parseRelationGroup(text: string): RelationGroup {
	return text.split('|').map(alternative => parseRelation(alternative.trim()));
}

function parseRelation(text: string): Relation {
	const match = relationPattern.exec(text);
	const version = match?.[4] ?? null;
	if (match === null || (version !== null && !isVersion(version))) {
		throw new SlipwayError('bad-input', `The relation \`${safeText(text.slice(0, 120))}\` cannot be read.`, {
			hint: 'A relation reads NAME, NAME:ARCHITECTURE or NAME (>= VERSION).',
		});
	}
	return {
		name: match[1] ?? '',
		qualifier: match[2] ?? null,
		operator: version === null ? null : operatorOf(match[3]),
		version,
	};
}

/** `<` and `>` are obsolete forms that mean `<=` and `>=`; a bare version means `=` (deb-control(5)). */
function operatorOf(text: string | undefined): RelationOperator {
	switch (text) {
		case '<<':
		case '<=':
		case '>=':
		case '>>':
			return text;
		case '<':
			return '<=';
		case '>':
			return '>=';
		default:
			return '=';
	}
}

/** The field's text again, in Debian's usual form. */
export function formatRelations(groups: readonly RelationGroup[]): string {
	return groups.map(formatRelationGroup).join(', ');
}

export function formatRelationGroup(group: RelationGroup): string {
	return group
		.map(({name, qualifier, operator, version}) => {
			const bare = qualifier === null ? name : `${name}:${qualifier}`;
			return operator === null ? bare : `${bare} (${operator} ${version})`;
		})
		.join(' | ');
}
