import {isLike} from '../base/pattern.ts';
import {severities, type ActionEvent} from './action-event.ts';
import type {Action, Rule} from './rules.ts';

export interface MatchedAction {
	readonly rule: string;
	/** Its place among the rule's actions. */
	readonly position: number;
	readonly action: Action;
}

/** Every action of every rule that the event meets. */
export function matchingActions(rules: readonly Rule[], event: ActionEvent): readonly MatchedAction[] {
	return rules
		.filter(rule => isMet(rule, event))
		.flatMap(rule => rule.then.map((action, position) => ({rule: rule.name, position, action})));
}

function isMet({when, if: condition}: Rule, event: ActionEvent): boolean {
	if (!when.includes(event.kind)) return false;
	const {images, starters, lines, severity} = condition;
	const name = event.image.slice(event.image.indexOf('/') + 1);
	if (images && !images.some(pattern => isLike(name, pattern) || isLike(event.image, pattern))) return false;
	if (starters && !starters.some(pattern => isLike(event.starter, pattern))) return false;
	if (lines && !event.lines.some(({line}) => lines.some(pattern => isLike(line, pattern)))) return false;
	return severity === undefined || severities.indexOf(event.severity) >= severities.indexOf(severity);
}
