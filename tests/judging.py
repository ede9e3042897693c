"""Words that judge, press or alarm: none is said to a person who may be hard on themselves."""

import re

_WORDS = (
    "achieve|achieved|achievement|alarm|bad|badly|best|better|correct|correctly|danger|dangerous|"
    "error|excellent|fail|failed|failing|fails|failure|faster|fix|goal|goals|good|great|improve|"
    "improved|improvement|inadequate|incorrect|lazy|level|levels|lose|losing|lost|low|medium|"
    "mistake|mistakes|must|never|ought|perfect|perfectly|poor|poorly|progress|properly|push|rank|"
    "right way|score|scores|should|standard|streak|streaks|stressed|strive|succeed|success|target|"
    "targets|try harder|warning|weak|well done|win|worse|worst|wrong"
)
JUDGING = re.compile(rf"\b({_WORDS})\b", re.IGNORECASE)
