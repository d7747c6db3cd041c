"""What someone says about the mentor they look for: who they are, what for, where, who is there already, and limits."""

from __future__ import annotations

import re

MOST = 2  # deal-breakers, and wishes
FIRST = ("about", "field", "level")  # said once, at the start; of the others the newest counts
LEVELS = (
    r"(?:first|second|third|fourth|final|last|1st|2nd|3rd|4th)[- ]years?(?: (?:phd|doctoral|undergrad\w*|medical"
    r"|nursing))?"
    r"(?: students?)?|phd (?:student|candidate)|(?:grad(?:uate)?|undergrad(?:uate)?|master'?s?|medical|nursing|college"
    r"|university|high[- ]school) students?|undergrad(?:uate)?|postdoc\w*|students?|new grad\w*|recent graduates?"
    r"|entry[- ]level|junior|intern|trainee|apprentice|newly qualified|self[- ]taught|early[- ]career"
    r"|mid[- ]?(?:career|level)"
    r"|senior|staff|principal|team lead(?:er)?|tech lead|head of|director|first[- ]time (?:manager|founder)"
    r"|(?:co-?)?founder"
    r"|solo founder|returner|beginner|freelanc\w+"
)
TITLES = (
    "engineer developer designer analyst manager nurse teacher scientist researcher lawyer solicitor accountant"
    " architect"
    " writer artist painter musician doctor consultant marketer midwife pharmacist physio physiotherapist journalist"
    " editor photographer chef electrician carpenter biologist chemist physicist librarian paralegal programmer dev"
    " physician economist recruiter planner technician copywriter illustrator novelist filmmaker paramedic vet dentist"
).replace(" ", "|")
AM = r"(?:i'm|i\u2019m|im|i am)"
END = r"[^.;!?\n]"
NOT_A_SEARCH = (
    r"(?!(?:find|look|search|ask|meet|talk|reach|have|get|choose|pick)(?:ing)? (?:for |to |out |me |with )?(?:a"
    r"|an|some|the|my|any)?"
    r" ?(?:\w+ )?(?:mentors?|someone|somebody|people|person|advis\w+|coach|guidance)\b|know (?:who|where|if)|be"
    r" mentored)"
)
PATTERNS = {
    "about": (
        rf"(?i)(?<![\w'])({AM} (?:also |currently |now |just |still )*(?:an?|the|in my|doing|working|studying|"
        rf"{LEVELS})\b(?! (?:bit|little|lot))(?:(?!,? (?:looking|and (?:i|my|want|need|would)|but|who want|so"
        rf" i)\b){END}){{3,140}})",
        r"(?i)\b(i (?:work|study|run|teach|lead|own|started|founded) (?:(?!,? (?:and (?:i|my|want|need)|but|so"
        r" i)\b)[^.;!?\n]){3,80})",
        rf"(?i)\bas (an? (?:{LEVELS}|\w+ )[^.;!?\n,]{{2,50}})",
    ),
    "level": (
        rf"(?i)\b(?:{AM}|i was|as|work as|working as|become)(?: currently| now| just| still)? (?:an?|the|in my|only)? ?"
        rf"(?:\w+ )?({LEVELS})\b",
        r"(?i)\b(phd (?:student|candidate)|undergrad\w*|postdoc|first[- ]time (?:manager|founder)|(?:co-?)?founder)\b",
        r"(?i)\b(\d+\+? (?:years?|yrs) (?:of )?(?:experience|in|as)\b)",
    ),
    "goal": (
        rf"(?i)\b(?:goal|aim|dream|question) is (?:to )?({END}{{4,110}})",
        rf"(?i)\b(?:mentor|someone|somebody|person|people|anyone|one) (?:who |that )?(?:can|could|will|would|to)"
        rf" (?:help|guide"
        rf"|support|teach|show|advise|coach) me (?:to )?({END}{{4,110}})",
        rf"(?i)\b(?:want|hope|hoping|wish|would like|'d like|\u2019d like|would love|'d love|trying|try|plan"
        rf"|planning|aiming"
        rf"|need) to {NOT_A_SEARCH}({END}{{4,110}})",
        rf"(?i)\bwanna {NOT_A_SEARCH}({END}{{4,110}})",
        r"(?i)\b((?:considering|thinking (?:about|of)) [^.;!?,\n]{4,90})",
        rf"(?i)\b(?:struggling|struggle|stuck|trouble|difficulty) ((?:with|on) (?!this|that|it\b){END}{{3,90}})",
        rf"(?i)\b(?:help|advice|guidance|support|mentoring|mentorship|feedback) ((?:with|on|about|around) "
        rf"(?!finding|a mentor|who|this|that\b){END}{{3,90}})",
        rf"(?i)\b(?<!is )(?<!are )((?:moving|switching|changing|transitioning|breaking|getting|leaving|going)"
        rf" (?:(?:from|\w+)"
        rf" )?{END}{{0,40}}?"
        rf"\b(?:into|for|to) {END}{{3,60}})",
        rf"(?i)\b(?:so (?:that )?i can|in order to|how to|how do i|whether to|decide (?:if|whether))"
        rf" {NOT_A_SEARCH}({END}{{4,90}})",
    ),
    "field": (
        r"(?i)\bmentors? (?:in|within) (?:the )?((?!my\b|me\b|an?\b|this\b|general)[\w/&+#-]+(?: [\w/&+#-]+){0,2})",
        r"(?i)\b(?:moving|move|switch\w*|chang\w+|transition\w*|go|going|get|getting|break\w*|from \w+(?: \w+)?)"
        r" (?:careers? )?"
        r"(?:from \w+(?: \w+)? )?(?:in)?to ((?!the\b|my\b|an?\b|know\b|be\b|say\b)(?-i:[a-zA-Z&+#/]+)(?:"
        r" [\w/&+#-]+){0,2})",
        r"(?i)\b(?:ph\.?d|master'?s?|msc|degree|bsc|postdoc|career|background|jobs?|work|working|experience"
        r"|research|students?)"
        r" (?:in|on) ((?!the\b|my\b|an?\b|our\b|this\b|tech lead)[\w/&+#-]+(?: [\w/&+#-]+){0,2})",
        rf"(?i)\b(?:{AM}|work as|working as|as|i was)(?: currently| now| just| still)? (?:an?|the only|the|only)?"
        rf" ?(?:(?:{LEVELS})"
        rf" )?((?:(?!{LEVELS}\b)[\w/-]+ )?(?:{TITLES}))s?\b",
        rf"(?im)(?:^|[.!?,] )(?:(?:{LEVELS}) )?((?:(?!{LEVELS}\b)[\w/-]+ )?(?:{TITLES}))(?= (?:in|at|from|with"
        rf"|for)\b|[.,;])",
        rf"(?i)\b((?:(?!in\b|an?\b|the\b|of\b|{LEVELS})[\w/-]+ )(?:{TITLES})) (?:in|at|on|with|from|for)\b",
        r"(?i)\bstud(?:y|ying) ([a-z][\w&-]+(?: [\w&-]+){0,2})",
        r"(?i)\b(?:an?|year|phd) ((?!phd|grad|college|university|master|high|first|second|third|final"
        r"|year)[a-z]+) students?\b",
        r"(?i)\b(?:founder of|run|started|start|starting|opened|own) (?:an?|my own|my|our) ((?:[\w-]+"
        r" )?(?:business|company|shop"
        r"|studio|start-?up|agency|bakery|caf[e\u00e9]|restaurant|charity|practice|farm))\b",
    ),
    "place": (
        r"(?i)\b(?:based|live|living|located|moved|moving|relocat\w+|local to) (?:here )?(?:in |to |near |around )?"
        r"((?-i:[A-Z][\w'-]+(?: [A-Z][\w'-]+)*))",
        r"(?i)\b(?:based|live|living|located) in ([a-z][\w'-]+)",
        r"\b(?:in|from|around|near) ((?:the )?(?:UK|US|USA|UAE|EU|NYC|LA|SF|[A-Z][a-z\u00e0-\u00ff'-]+(?:"
        r" [A-Z][a-z'-]+)?)(?:, [A-Z][a-z]+)?)(?=[ ,.;!?)\n]|$)",
    ),
    "time": (
        r"(?i)((?:only |about |around |at most |max(?:imum)? )*(?:an?|one|two|three|\d+)(?: or \w+)?[- ](?:hours?"
        r"|hrs?|minutes?|mins?"
        r"|evenings?|meetings?|calls?|times?) (?:a|per|every|each|this) (?:\w+ )?(?:day|week|month|fortnight))",
        r"(?i)\b((?:evenings?|weekends?|mornings?)(?: (?:and|or) \w+)? only)\b",
        r"(?i)\b(?:only|just|free|available) ((?:in the |on |at )?(?:evenings?|weekends?|mornings?|lunch\w*|nights?)"
        r"(?: (?:and|or) \w+)?)",
        r"(?i)\b((?:by|before|within|until) (?:the )?(?:next |end of )?(?:january|february|march|april|may|june"
        r"|july|august"
        r"|september|october|november|december|summer|autumn|spring|winter|\w+ (?:weeks|months|years?)))\b",
    ),
    "mode": (
        r"(?i)\b((?:has to be |must be |only |fully )?(?:remote(?:ly)?|online|virtual(?:ly)?|by video|over zoom"
        r"|on zoom|in[- ]person"
        r"|face[- ]to[- ]face)(?: only)?(?: is fine| ideally)?)(?! (?:job|work|team|worker|company|role|employee"
        r"|since))",
    ),
    "identity": (
        r"(?i)\b((?:mentor|someone|somebody|person|woman|people) (?:who|that)(?:'s| is| are|\u2019s| has)?"
        r" (?:also )?(?:an? |the )?(?:woman"
        r"|female|black|asian|latin\w+|hispanic|muslim|jewish|gay|lesbian|queer|trans|lgbt\w*|disabled|deaf|blind"
        r"|autistic"
        r"|adhd|neurodiver\w+|immigrant|first[- ]gen\w*|mum|mom|mother|parent|man of colou?r|of colou?r"
        r"|indigenous|looks? like me"
        r"|gets it)(?: too| as well)?)",
        r"(?i)\b((?:an?|another) (?:woman|female|black|asian|latin\w+|muslim|jewish|gay|queer|trans|lgbt\w*"
        r"|disabled|deaf"
        r"|autistic|neurodiver\w+|immigrant|first[- ]gen\w*)(?: \w+)? mentor)",
    ),
    "must": (
        rf"(?i)\b((?:must|has to|have to|needs to) (?!be mentored|find|look|do|go|work|choose|decide){END}{{3,70}})",
        r"(?i)((?:don'?t|do not) want (?:an?|my|to pay|another|some|someone|anyone)\b[^.;!?\n]{2,70})",
        r"(?i)\b((?:please )?(?:not (?:someone|anyone|somebody)|not my (?:own )?(?:boss|manager)|(?:just|but"
        r") not)\b[^.;!?\n]{0,60})",
        r"(?i)\b((?:no|nobody|no one) (?!idea|clue|one\b)[^.;!?\n,]{3,50}),? please\b",
        r"(?i)\b((?:can'?t|cannot|can ?not) (?:pay|afford|travel|meet)[^.;!?\n,]{0,60})",
        rf"(?i)\b(deal[- ]?breaker{END}{{3,70}})",
    ),
    "nice": (
        rf"(?i)\b(?:ideally|preferably|bonus if|it would be nice if|would be nice if|would be great if|nice if"
        rf"|hopefully|i'?d prefer"
        rf"|i would prefer|i prefer) ({END}{{3,70}})",
        r"(?i)\b([^.;!?\n,]{3,50}) would be (?:nice|great|a bonus|good)",
    ),
    "boss": (
        r"(?i)\b(?:my|our) (?:current )?(?:boss|manager|line manager|supervisor|pi)(?:'s name)?(?: is| called|"
        r" named|,)? (?-i:((?:(?:Dr|Prof|Mr|Mrs|Ms|Mx) )?"
        r"[A-Z][\w'-]+(?: [A-Z][\w'-]+)?))\b",
        r"\b(?-i:([A-Z][\w'-]+(?: [A-Z][\w'-]+)?)),? (?:who )?is my (?:boss|manager|line manager|supervisor)\b",
    ),
}
CUT = re.compile(
    r",? (?:but|because|although|though|while|however|and (?:i|my|we|am|have|don'?t|nobody|no one|there|it"
    r"|ideally|the)|i (?:am|have|don'?t|feel|think"
    r"|was|would|need|want)|i'?m|my (?:boss|manager|mentor)|so i|since i|please|thanks|ideally|preferably|who"
    r"|which|where)\b.*$"
    r"|,? (?:and )?(?:hoping|trying|wanting|want to|wanna|struggling|looking|thinking)\b.*$|, (?:i|my|we"
    r"|it|he|she|they|\d+|no"
    r"|not|ideally|preferably|in|near|based|looking|any)\b.*$",
    re.I | re.S,
)
FIELD_CUT = re.compile(
    r"\b(?:and|but|or|who|at|in|on|with|for|because|from|as|after|since|so|where|while|to|near|about|i|my|im|now"
    r"|here|this|is|am"
    r"|currently|soon|next|really|before|without|during|by|within|looking|it|has|have|want|wants|need|can|a|an"
    r"|the|mentor|myself"
    r"|just|please|role|roles|job|jobs|position|students?)\b.*$",
    re.I,
)
NOT_PLACES = re.compile(
    r"^(?:Python|Java|React|Excel|English|Spanish|French|German|January|February|March|April|May|June|July|August"
    r"|September|October"
    r"|November|December|Data|Product|Marketing|Finance|Design|Engineering|Software|Machine|Computer|UX|HR|IT|AI"
    r"|Biology"
    r"|Chemistry|Physics|Sales|Law|Medicine|Nursing|Google|LinkedIn|Slack|Zoom|Monday|Friday|Summer|Spring)\b"
)
NOT_FIELDS = re.compile(
    r"^(?:work|it|that|school|university|college|trouble|touch|know|talk|meetings?|find|see|him|her|them|group|phd"
    r"|someone|people|person|senior|junior|(?:find|gett|do|be|go|work|learn|mov|look|becom|hav|mak|chang|start)ing)$",
    re.I,
)


def read(said: str) -> dict[str, str]:
    """For each slot the newest value found; each stands in `said` as it is, but for runs of spaces."""
    said = re.sub(r"\b(Dr|Prof|Mr|Mrs|Ms|Mx)\.", r"\1", said)
    found: dict[str, str] = {}
    for name, options in PATTERNS.items():
        matches = ([_trim(name, m.group(1)) for m in re.finditer(pattern, said)] for pattern in options)
        texts = [[text for text in found_here if text] for found_here in matches]
        if name in ("must", "nice"):  # there may be several
            every = list(dict.fromkeys(text for some in texts for text in some))
            if name == "nice":  # a wish that was put softly is no deal-breaker
                found = {k: v for k, v in found.items() if not (k.startswith("must") and any(v in e for e in every))}
            found |= {name if n == 1 else f"{name}_{n}": text for n, text in enumerate(every[-MOST:], 1)}
        elif some := next((some for some in texts if some), None):
            found[name] = some[0] if name in FIRST else some[-1]
    return found


def _trim(name: str, text: str) -> str:
    text = " ".join(text.split())
    if name in ("about", "goal"):
        text = CUT.sub("", text)
    elif name in ("must", "nice"):
        text = re.sub(r",? (?:but|because|and i|please|thanks)\b.*$", "", text, flags=re.I)
    elif name == "field":
        text = FIELD_CUT.sub("", text).strip(" ,-/")
        if NOT_FIELDS.match(text):
            return ""
    elif name == "place" and NOT_PLACES.match(text):
        return ""
    text = text.strip(" ,;:-(")
    return text if len(text) > 1 and (name != "goal" or " " in text) else ""
