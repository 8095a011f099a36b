package playbook

import (
	"html"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// values draws texts full of what Markdown, HTML and Slack read meaning into.
func values() *rapid.Generator[string] {
	return rapid.OneOf(rapid.String(), rapid.StringMatching("[\\[\\]()<>!*_`#&;|~\\\\{}\"' \n\tab1.:/-]{0,40}"), rapid.SampledFrom(hostile))
}

var tags = regexp.MustCompile(`<[^>]*>`)

func TestAnEscapedValueReadsAsItselfInHTMLAndInText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := values().Draw(t, "value")
		want := oneLine(v)
		p := readMarkdown("x " + escapeMarkdown(v) + " y")
		text := strings.Join(strings.Fields(p.text()), " ")
		if text != strings.Join(strings.Fields("x "+want+" y"), " ") {
			t.Fatalf("text: %q became %q", want, text)
		}
		out, err := p.html()
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(strings.Fields(html.UnescapeString(tags.ReplaceAllString(out, ""))), " "); got != text {
			t.Fatalf("HTML: %q became %q in %s", want, got, out)
		}
		if found := tags.FindAllString(out, -1); len(found) != 2 {
			t.Fatalf("%q made the tags %q", want, found)
		}
	})
}

func TestAValueIsOneLineWithoutMarksThatReorderIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		got := oneLine(rapid.String().Draw(t, "value"))
		if strings.ContainsAny(got, "\n\r\t\u2028\u2029\u202e\u2066\x00") || got != strings.TrimSpace(got) {
			t.Fatalf("%q", got)
		}
		if oneLine(got) != got {
			t.Fatalf("%q changes again to %q", got, oneLine(got))
		}
	})
}

func TestSlackReadsNoMarkupOfItsOwnInAValue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		got := readMarkdown("x " + escapeMarkdown(values().Draw(t, "value")) + " y").mrkdwn()
		if strings.ContainsAny(got, "<>") || regexp.MustCompile(`&(amp|lt|gt);`).ReplaceAllString(got, "") != strings.ReplaceAll(regexp.MustCompile(`&(amp|lt|gt);`).ReplaceAllString(got, ""), "&", "") {
			t.Fatalf("%q holds a special character", got)
		}
	})
}

func TestMarkdownAsPlainText(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"paragraphs stand apart", "One.\n\nTwo\nlines.", "One.\n\nTwo lines."},
		{"a link alone is label and address", "[Pick a time](https://a.example/b)", "Pick a time: https://a.example/b"},
		{"a link in a sentence has its address in brackets", "See [the page](https://a.example/b) first.", "See the page (https://a.example/b) first."},
		{"a row of links has a line each", "Low [1](https://a.example/1) · [2](https://a.example/2) · [3](https://a.example/3) high",
			"Low\n1: https://a.example/1\n2: https://a.example/2\n3: https://a.example/3\nhigh"},
		{"a number to call is not said twice", "Call [+39 011 555](tel:+39011555).", "Call +39 011 555."},
		{"an address to write to is not said twice", "[a@b.example](mailto:a@b.example)", "a@b.example"},
		{"bold and italic are plain words", "**Bold** and *it*.", "Bold and it."},
		{"lists hang", "- one\n- two words\n\n1. first\n2. second", "- one\n- two words\n\n1. first\n2. second"},
		{"a list inside a list", "- one\n  - in", "- one\n  - in"},
		{"quotes are marked", "> said\n> so", "> said so"},
		{"entities and escapes are read once", `&amp; \&amp; \*`, "& &amp; *"},
		{"HTML is left out", "a <b>c</b>\n\n<div>x</div>", "a c"},
		{"headings are lines", "## Title\n\nText", "Title\n\nText"},
		{"a hard break is kept", "one  \ntwo", "one\ntwo"},
		{"long lines wrap and an address is never broken", strings.Repeat("word ", 20) + "https://a.example/" + strings.Repeat("x", 90),
			strings.TrimSpace(strings.Repeat("word ", 14)) + "\n" + strings.TrimSpace(strings.Repeat("word ", 6)) + "\nhttps://a.example/" + strings.Repeat("x", 90)},
	} {
		if got := readMarkdown(c.src).text(); got != c.want {
			t.Errorf("%s:\ngot  %q\nwant %q", c.name, got, c.want)
		}
	}
}

func TestMarkdownAsSlackMessage(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"bold and italic", "**Bold** and *it*", "*Bold* and _it_"},
		{"lists", "- one\n- **two**\n\n1. first", "• one\n• *two*\n\n1. first"},
		{"links", "[a & b](https://a.example/?x=1&y=2)", "<https://a.example/?x=1&amp;y=2|a &amp; b>"},
		{"headings are bold", "# Title", "*Title*"},
		{"quotes", "> said", "> said"},
		{"code", "`a < b`", "`a &lt; b`"},
		{"special characters", "a < b & c > d <!channel>", "a &lt; b &amp; c &gt; d &lt;!channel&gt;"},
	} {
		if got := readMarkdown(c.src).mrkdwn(); got != c.want {
			t.Errorf("%s:\ngot  %q\nwant %q", c.name, got, c.want)
		}
	}
}

func TestNoLineIsLongerThanItsWidthUnlessItIsOneWord(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOf(rapid.StringMatching(`[a-zàè«»]{1,30}`)).Draw(t, "words")
		width := rapid.IntRange(5, 80).Draw(t, "width")
		got := wrap(strings.Join(words, " "), width)
		if strings.Join(strings.Fields(got), " ") != strings.Join(words, " ") {
			t.Fatalf("words were lost in %q", got)
		}
		for line := range strings.SplitSeq(got, "\n") {
			if utf8.RuneCountInString(line) > width && strings.Contains(line, " ") {
				t.Fatalf("%q is wider than %d", line, width)
			}
		}
	})
}

func TestAnswersOfASurveyAreBigEnoughForAThumb(t *testing.T) {
	out, err := readMarkdown("Low [1](https://a.example/1) · [2](https://a.example/2) high · end").html()
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(out, scoreStyle); n != 2 {
		t.Errorf("%d of 2 answers are buttons: %s", n, out)
	}
	if strings.Count(out, "·") != 1 {
		t.Errorf("the dots between answers stay, or the one in the sentence went: %s", out)
	}
}
