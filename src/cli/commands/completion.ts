import {Argument} from 'commander';
import type {Configure} from '../program.ts';
import {print} from '../terminal.ts';

export const shells = ['bash', 'zsh', 'fish'] as const;

export const configure: Configure = command =>
	void command
		.addArgument(new Argument('<shell>', 'your shell').choices(shells))
		.addHelpText('after', '\nFor example in ~/.bashrc:  eval "$(slipway completion bash)"\n')
		.action((shell: (typeof shells)[number]) => print(scripts[shell]));

/** Each asks `slipway complete -- WORD…`, which prints candidates, or the word `files` alone for the shell's own. */
const scripts: Readonly<Record<(typeof shells)[number], string>> = {
	bash: `_slipway() {
	local IFS=$'\\n' candidates
	# Readline breaks words at colons: NAME:TAG comes in three parts, and only what follows the last is replaced.
	local line=\${COMP_LINE:0:COMP_POINT} word
	local -a words
	IFS=$' \\t' read -r -a words <<< "$line"
	[[ $line == *[[:space:]] ]] && words+=('')
	word=\${words[-1]}
	candidates=$(slipway complete -- "\${words[@]:1}" 2>/dev/null)
	if [[ $candidates == files ]]; then
		compopt -o filenames 2>/dev/null
		COMPREPLY=($(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}"))
		return
	fi
	COMPREPLY=($candidates)
	if [[ $word == *:* && $COMP_WORDBREAKS == *:* ]]; then
		COMPREPLY=("\${COMPREPLY[@]#"\${word%"\${word##*:}"}"}")
	fi
}
complete -F _slipway slipway`,
	zsh: `#compdef slipway
_slipway() {
	local -a candidates
	candidates=("\${(@f)$(slipway complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
	if [[ "\${candidates[1]}" == files && \${#candidates} == 1 ]]; then
		_files
	else
		compadd -- "\${candidates[@]}"
	fi
}
compdef _slipway slipway`,
	fish: `function __slipway_complete
	set -l words (commandline -opc) (commandline -ct)
	set -l candidates (slipway complete -- $words[2..-1] 2>/dev/null)
	if test "$candidates" = files
		__fish_complete_path (commandline -ct)
	else
		printf '%s\\n' $candidates
	end
end
complete -c slipway -f -a '(__slipway_complete)'`,
};
