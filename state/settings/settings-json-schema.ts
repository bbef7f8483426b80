import {settingKeys, settingsSchema, type Setting} from './settings-schema.ts';

/** For editors: what `settings.json` may hold (JSON Schema 2020-12). */
export function settingsJsonSchema(): Readonly<Record<string, unknown>> {
	return {
		$schema: 'https://json-schema.org/draft/2020-12/schema',
		title: 'Slipway settings',
		type: 'object',
		properties: {
			$schema: {type: 'string'},
			...Object.fromEntries(settingKeys.map(key => [key, propertyOf(settingsSchema[key])])),
		},
		additionalProperties: false,
	};
}

function propertyOf(setting: Setting): Readonly<Record<string, unknown>> {
	const about = {description: setting.description, default: setting.default};
	switch (setting.kind) {
		case 'text':
			return {...about, type: 'string', pattern: setting.pattern.source};
		case 'choice':
			return {...about, enum: setting.choices};
		case 'whole number':
			return {...about, type: 'integer', minimum: setting.min, maximum: setting.max};
		case 'flag':
			return {...about, type: 'boolean'};
	}
}
