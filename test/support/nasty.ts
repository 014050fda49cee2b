/** Texts that somebody might put where a name, an address or a file name is expected: one corpus for all output. */

/** What it is, and the text. */
export type NastyText = readonly [what: string, text: string];

/** Code points from one to another, both included, as one text. */
const range = (first: number, last: number): string =>
  String.fromCodePoint(...Array.from({ length: last - first + 1 }, (_, index) => first + index));

const ESC = "\u001b";
const BEL = "\u0007";
/** String terminator. */
const ST = `${ESC}\\`;

/** Longer than any name that is meant. */
const LONG = 10_000;

export const nastyTexts: readonly NastyText[] = [
  // Control characters
  ["NUL", "sensor\0.contoso.com"],
  ["the C0 controls", range(0x00, 0x1f)],
  ["DEL", "sensor\u007f"],
  ["the C1 controls", range(0x80, 0x9f)],
  ["backspaces", `READY${"\b".repeat(5)}REFUSED`],
  ["a carriage return", "REFUSED\rREADY  "],
  ["a line feed", "sensor\nREADY: no documented requirement failed"],
  ["CR LF", "sensor\r\nREADY"],
  ["line feeds at the end", "sensor\n\n"],
  ["VT and FF", "a\vb\fc"],
  ["NEL", "a\u0085b"],
  ["line and paragraph separators", "a\u2028b\u2029c"],

  // Sequences that a terminal acts on
  ["CSI: clear the screen", `${ESC}[2J${ESC}[H`],
  ["CSI: colours", `${ESC}[32mREADY${ESC}[0m`],
  ["CSI in one character", "\u009b31mred"],
  ["CSI: report the position", `${ESC}[6n`],
  ["CSI: hidden text", `${ESC}[8mhidden${ESC}[28m`],
  ["OSC: window title", `${ESC}]0;owned${BEL}`],
  ["OSC: title, ended by ST", `${ESC}]2;owned${ST}`],
  ["OSC in one character", "\u009d0;owned\u009c"],
  ["OSC 8: link", `${ESC}]8;;https://evil.example/${ST}contoso.com${ESC}]8;;${ST}`],
  ["OSC 52: clipboard", `${ESC}]52;c;ZXZpbA==${BEL}`],
  ["OSC 1337: file", `${ESC}]1337;File=name=eA==;inline=1:AAAA${BEL}`],
  ["DCS", `${ESC}P$qm${ST}`],
  ["reset", `${ESC}c`],

  // Commands of CI systems
  ["a GitHub error", "::error::forged"],
  ["a GitHub error with a place", "::error file=app.js,line=1,title=x::forged"],
  ["a GitHub error behind a blank", " ::error::forged"],
  ["a GitHub error behind a line end", "x\n::error::forged"],
  ["a GitHub error where a line may be broken", `${"x ".repeat(40)}::error::forged ${"::error::forged ".repeat(40)}`],
  ["a GitHub output", "::set-output name=verdict::ready"],
  ["a GitHub mask", "::add-mask::e"],
  ["GitHub stops listening", "::stop-commands::pause"],
  ["a GitHub command of the first kind", "x ##[error]forged"],
  ["an Azure command", "##vso[task.setvariable variable=verdict]ready"],
  ["an Azure command within a line", "x ##vso[task.complete result=Succeeded;]done"],
  ["an Azure command where a line may be broken", "##vso[task.complete result=Succeeded;]done ".repeat(20)],
  ["an Azure command in capitals", "##VSO[task.setvariable variable=verdict]ready"],
  ["a TeamCity message", "##teamcity[buildStatus status='SUCCESS' text='x']"],
  ["a GitLab section", `section_start:1560896352:x[collapsed=true]\r${ESC}[0Kx`],
  ["escapes of a GitHub command", "a%0Ab%0D%25%3A%2C::error::forged"],
  ["an expression", "${{ github.token }} ${{ secrets.KEY }} $(SECRET) ${SECRET} $env:SECRET"],

  // Characters that are not seen
  ["bidirectional overrides", "\u202emoc.osotnoc\u202c \u202dx\u202a\u202b"],
  ["bidirectional isolates", "\u2066a\u2067b\u2068c\u2069"],
  ["bidirectional marks", "\u200ea\u200fb\u061cc"],
  ["zero width", "sen\u200bsor\u200c.\u200dcontoso\u2060.com"],
  ["a byte order mark", "\ufeffsensor\ufeff"],
  ["a soft hyphen", "sen\u00adsor"],
  ["invisible operators", "a\u2061b\u2062c\u2063d\u2064e"],
  ["interlinear annotation", "a\ufff9b\ufffac\ufffb"],
  ["tag characters", `sensor${range(0xe0041, 0xe005a)}\u{e0001}\u{e007f}`],
  ["private use", "\ue000\uf8ff\u{f0000}\u{10fffd}"],
  ["fillers and variation selectors", "a\u115f\u3164\uffa0\u2800\ufe0f\u{e0100}\u034fb"],
  ["noncharacters", "\ufdd0\ufffe\uffff\u{1ffff}\u{10ffff}"],
  ["blanks of all kinds", " \u00a0\u1680\u2000\u2003\u2009\u200a\u202f\u205f\u3000 "],

  // What is no text
  ["a high surrogate alone", "a\ud800b"],
  ["a low surrogate alone", "a\udc00b"],
  ["surrogates the wrong way round", "\udc00\ud800"],
  ["replacement characters", "\ufffd\ufffd"],

  // Markup
  ["a script", "<script>alert(1)</script>"],
  ["an image with a handler", '"><img src=x onerror=alert(1)>'],
  ["end of CDATA", "]]><x/>"],
  ["comments", "<!-- --> --!> -- <!--"],
  ["an XML declaration", '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]>&y;'],
  ["entities", "&amp; &lt; &#27; &#x1b; &nbsp &"],
  ["quotes", `' " \` ''' """ \u2018\u2019\u201c\u201d`],
  ["backticks", "`code` ```\nblock\n``` ~~~"],
  ["pipes", "a | b || c \\| d"],
  ["a Markdown link", "[READY](https://evil.example/ 'x') <https://evil.example/>"],
  ["a Markdown image", "![x](https://evil.example/pixel.png)"],
  ["a Markdown link of the scheme javascript", "[x](javascript:alert(1))"],
  ["Markdown headings, lists and rules", "# a\n- [x] b\n\n---\n> c\n1. d"],
  ["a Markdown reference", "[x]: https://evil.example/ @team #1"],
  ["Markdown emphasis", "**a** __b__ ~~c~~ *d* _e_ <details>"],
  ["a formula of a spreadsheet", '=HYPERLINK("https://evil.example/","x")'],
  ["JSON", '","outcome":"holds","x":"'],
  ["YAML", "x: !!js/function 'a' # b\n- *c &d"],
  ["a format string", "%s %n %x {0} {{x}}"],

  // Shells and paths
  ["a command", "$(touch x)"],
  ["a command in backticks", "`touch x`"],
  ["commands one after the other", "x; touch y && touch z | cat & #"],
  ["quotes of a shell", "'; touch x; '"],
  ["a variable", "$HOME ${IFS} %PATH% !!"],
  ["backslashes", "\\ \\\\ \\n \\u001b \\x1b \\033 \\u{1b}"],
  ["a backslash at the end", "x\\"],
  ["leading dashes", "--help"],
  ["a short option", "-rf"],
  ["a path upward", "../../../etc/passwd"],
  ["a path upward, for Windows", "..\\..\\windows\\system32"],
  ["globs", "* ? [a-z] ~ {a,b}"],
  ["redirection", "x > y < z 2>&1"],
  ["a device", "NUL"],
  ["names of JavaScript", "__proto__ constructor toString"],
  ["a property of all objects", "__proto__"],

  // Width and length
  ["very long", "x".repeat(LONG)],
  ["very long, of words", "long word ".repeat(LONG / 10)],
  ["very long, of labels", "a.".repeat(LONG / 2)],
  ["very long, of escapes", "\u001b".repeat(LONG)],
  ["very long, of two columns each", "\u6771".repeat(LONG / 10)],
  ["combining characters", `Z${range(0x300, 0x36f)}algo`],
  ["very many combining characters", `e${"\u0301".repeat(LONG / 10)}`],
  ["combining characters alone", "\u0301\u20dd"],
  ["emoji", "\u{1f600}\u{1f468}\u{1f3fd}\u{1f1e9}\u{1f1ea}"],
  ["an emoji of several", "\u{1f468}\u200d\u{1f469}\u200d\u{1f467}\u200d\u{1f466}\ufe0f"],
  ["East Asian text", "\u6771\u4eac\u90fd \uc11c\uc6b8 \uff33\uff45\uff4e\uff53\uff4f\uff52 \uff76\uff9e"],
  ["text from right to left", "\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627"],
  ["letters that look like others", "\u0455\u0435n\u0455\u043er.\u0441\u043ent\u043e\u0455\u043e.com"],
  ["blanks alone", "   "],
];
