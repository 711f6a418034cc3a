"""Verbs beside a name in German, Spanish, French and Portuguese: who says it, who nods.

Enough to find who talks in a story in one of these; words that English has as
well are left out. What else shows a person there (kin, places, asides) is not
known, so far fewer are found than in English.
"""

from bot.prose.english import word_set

SPEECH_ABROAD = word_set("""
    sagt sagte sagten fragt fragte antwortete antwortet erwiderte erwidert entgegnete rief ruft
    flüsterte flüstert murmelte murmelt meinte meint erklärte erklärt schrie schreit brummte brummt
    knurrte seufzte zischte stammelte stotterte wiederholte ergänzte bemerkte gestand lachte
    dijo dije preguntó pregunta respondió responde contestó contesta susurró susurra murmuró murmura
    gritó grita exclamó explicó explica añadió añade replicó admitió insistió repitió gruñó suspiró
    dit demanda répondit répond murmura chuchota cria hurla ajouta répliqua expliqua insista répéta
    grogna soupira souffla lâcha reprit rétorqua balbutia s'exclama s’exclama
    disse perguntou pergunta respondeu responde sussurrou murmurou gritou exclamou explicou
    acrescentou retrucou admitiu insistiu repetiu resmungou suspirou falou
""")
GESTURES_ABROAD = word_set("""
    nickt nickte lächelt lächelte grinst grinste seufzt starrte starrt zögerte zögert blinzelte
    lacht runzelte zuckte schluckte schwieg schweigt weinte weint setzte nahm nimmt griff schüttelte
    schaute blickte blickt sah sieht trat tritt ging geht räusperte kicherte drehte hob beugte
    wollte dachte denkt wusste weiß
    asintió asiente sonrió sonríe rió suspira frunció miró mira dudó tragó lloró pensó piensa quiso
    sabía abrió cerró dejó tomó cogió levantó negó soltó caminó entró salió sentó
    sourit sourit hocha haussa soupire fronça regarda regarde hésita déglutit pleura pensa voulut
    savait ouvrit ferma prit leva secoua entra sortit s'assit s’assit
    sorriu sorri assentiu franziu olhou olha hesitou engoliu chorou pensou quis sabia abriu fechou
    deixou pegou levantou balançou entrou saiu sentou riu
""")
# What opens a sentence in them and is nobody's name, in English neither.
NO_NAMES_ABROAD = word_set("""
    der das dem des den ein eine einen einem einer eines er sie es ich du wir ihr und oder aber
    doch denn wenn weil dass ob wie wer wo warum dann nun jetzt dort hier noch nur auch schon
    immer wieder niemand jemand jeder alle sein seine seinen seiner ihre ihren ihrem mein meine
    dein deine kein keine nicht nein ja im am zum zur bei mit nach vor auf aus über unter hinter
    zwischen durch gegen ohne bis seit während draußen drinnen langsam plötzlich vielleicht
    endlich schließlich trotzdem nichts etwas hoheit herr frau él los las unos unas pero cuando
    entonces luego después antes también ahora allí aquí aún nunca siempre nada nadie alguien todo
    todos esto eso aquello qué quién cómo dónde cuándo porque sí su sus mis hacía había era fue
    estaba llovía il ils elles une mais quand alors puis après avant aussi maintenant là ici
    jamais toujours personne quelqu'un tout tous cela ça ce cette ces qui comment où pourquoi
    parce oui non ses mes était avait dans sur sous avec pour ele ela eles elas um mas quando
    então depois também agora aqui sempre ninguém alguém tudo isso isto quem como onde sim não seu
    sua seus suas meu minha foi estava
""")
