"""Given names that are common in stories, in a few languages.

A name of these is more likely a person's than a place's; a name that is none
of these may be anybody's. Names that are rather places (Paris, Georgia, Sydney)
or words (Hope, Will) are left out.
"""

from bot.prose.english import word_set

GIVEN_NAMES = word_set("""
    aaron abby abdul abel abigail abraham ada adam addie adela adele adrian adriana agatha agnes
    ahmed aidan aisha akira al alan alana albert alberto alec alejandra alejandro alex alexander
    alexandra alexei alexis alfie alfonso alfred ali alice alicia alina alison allan allen
    allison alma alvin alyssa amanda amara amelia amelie amina amir amy ana anastasia anders
    andré andrea andreas andrei andrew andy angela angelica angelo angus anika anita ann anna
    annabel anne annette annie anthony antoine anton antonio anya april archie aria ariel arjun
    arlo armand arnold arthur arun arya asha ashley astrid audrey august augustus aurora ava
    axel aziz barbara barnaby barney barry bart beatrice beatriz becca becky bella ben benedict
    benjamin bernadette bernard bert bertha bess beth betsy betty beverly bianca billy bjorn
    blake blanche bob bobby bonnie boris brad brandon brenda brendan brent brett brian bridget
    bridie bruce bruno bryan bryce byron caitlin caleb calvin cameron camilla camille carl carla
    carlos carmen carol caroline carrie carter casey caspar cassandra cassie catalina catherine
    cathy cecil cecilia cecily cedric celeste celia celine cesar chad charles charlie charlotte
    chen cheryl chiara chloe chris christina christine christopher chuck cindy claire clara
    clarence clarissa claude claudia clayton clement clementine cleo clifford clint clive clyde
    cody colette colin colleen connie connor conrad cora coraline cordelia corey cornelius
    cosette craig curtis cynthia cyril cyrus daphne daisuke damian damien damon dan dana daniel
    daniela danielle danny daria darius darlene darren dave david davy dawn dean deborah declan
    deirdre delia delilah della delphine denis denise dennis derek desmond devon diana diane
    dick diego dimitri dinah dirk dmitri dolores dominic don donald donna donovan dora doreen
    doris dorothea dorothy doug douglas duncan dustin dwight dylan earl ed eddie edgar edith
    edmund edna edward edwin eileen elaine eleanor elena eli elias elijah elinor eliot elisa
    elise eliza elizabeth ella ellen ellie elliot elliott eloise elsa elsie elspeth emil emile
    emilia emilio emily emma emmett emrys enid enrico enrique eric erica erik erin ernest
    ernesto esme esther ethan ethel eugene eugenia eva evan evangeline eve evelyn ezra faisal
    farah fatima faye federico felicia felicity felipe felix fergus fern fernando fiona fleur
    flora floyd frances francesca francesco francis francisco frankie franz fred freda freddie
    frederick freya friedrich fritz gabe gabriel gabriella gareth garrett gary gavin gemma
    genevieve geoffrey george georgie gerald geraldine gerard gertie gertrude gideon gilbert
    giles gina giovanni gisele gladys glenda gloria godfrey gordon greg gregory greta gretchen
    guido guillermo gus gustav gwen gwendolyn hamish hamza han hana hannah hans harold harper
    harriet harris harrison harry haruki harvey hassan hattie hazel heather hector heidi helen
    helena helga henrietta henrik henry herbert herman hester hilary hilda hiro hiroshi holly
    homer horace howard hubert hugh hugo humphrey ian ibrahim ichiro ida ignatius igor ilse
    imogen ines ingrid ingmar ira irene irina irving isaac isabel isabella isadora isaiah ishaan
    isla ismail ivan ivana ivor jack jackie jackson jacob jacqueline jacques jaime jake jamal
    james jamie jan jane janet janice janine jared jasmine jason jasper javier jay jean jeanne
    jed jeff jeffrey jen jenna jennifer jenny jeremiah jeremy jerome jerry jess jesse jessica
    jill jim jimmy jin jing joan joanna joaquin jodie joe joel johan johann johanna john johnny
    jon jonah jonas jonathan jorge jose josef joseph josephine josh joshua josie joyce juan
    juanita jude judith judy julia julian juliana julie juliet julius jun june juno justin
    justine kai kaito kamal karen karin karl kasia kat kate katerina katherine kathleen kathryn
    kathy katie katrina kay kayla keith kelly ken kenji kenneth kenny kevin khalid kieran kim
    kimberly kirk kirsten kit klaus kofi kostya kristen kristina kumar kurt kyle kylie lachlan
    lana lara larry lars laszlo laura lauren laurence laurie lawrence layla lazarus lea leah
    leander lee leila lena lenny leo leon leona leonard leonardo leonora leopold leroy leslie
    lester leticia levi lewis lex li liam lidia lila lilian liliana lillian lina linda lindsay
    linnea linus lionel lisa livia liz liza lizzie lloyd logan lois lola lorenzo loretta lottie
    lou louis louisa louise luca lucas lucia lucian lucien lucille lucinda lucius lucy ludwig
    luigi luis luisa luke luna lydia lyle lynn mabel maddie madeleine madeline maeve magda
    maggie magnus maisie malcolm mandy manuel marcel marcella marcia marco marcus margaret
    margarita margery margot maria mariam marian marianne marie marielle marina mario marion
    marisol marjorie marlene marlon marta martha martin martina marty marvin mary mateo matilda
    matt matteo matthew matthias maud maude maura maureen maurice mavis max maxine maxwell maya
    megan mei mel melanie melissa melvin mercedes meredith meg mia micah michael michelle mick
    miguel mika mike mila mildred milena millicent millie milo milton mina mindy minerva minnie
    mira miranda miriam mitchell moira molly mona monica morgan morris mortimer moses muhammad
    muriel murray myra myrtle nadia nadine nancy naomi natalia natalie natasha nate nathan
    nathaniel ned neil nell nellie nelson nettie neville nicholas nick nicola nicolas nicole
    nigel nikolai nina noah noel noelle nolan nora noreen norma norman nuala octavia odette olaf
    oleg olga oliver olivia ollie omar oona ophelia oscar osman oswald otis otto owen pablo
    paige palmer paloma pam pamela pascal patricia patrick patsy paul paula paulina pauline
    pavel pedro peggy penelope penny percival percy perry peter petra phil philip philippa
    phillip phoebe phyllis pierre polly priscilla priya quentin quincy quinn rachel rafael ralph
    ramon ramona randall randy raphael rashid raul raymond rebecca reggie regina reginald remy
    rené rhoda rhys ricardo richard rick ricky riley rita robert roberta roberto robin robyn
    rochelle roderick rodney rodrigo roger roland roman romeo ron ronald ronan ronnie rory rosa
    rosalie rosalind rosamund rosanna rosemary rosie ross rowena roxanne roy rudolf rudy rufus
    rupert russell ruth ryan ryder sabrina sadie sakura sally salma salvador sam samantha samir
    samuel sandra sandro sanjay sara sarah sasha saul scott seamus sean sebastian selena selina
    serena sergei sergio seth shane shannon sharon shaun sheila shelby sherlock shirley sibyl
    sid sidney siegfried sigrid silas silvia simon simone sinead sofia sofie solomon sonia sonja
    sophia sophie stacy stan stanley stefan stella stephanie stephen steve steven stewart stuart
    susan susanna susie suzanne sven svetlana sybil sylvia sylvie tabitha takeshi talia tamara
    tammy tania tara tatiana taylor ted teddy terence teresa terry tess tessa thaddeus thea
    thelma theo theodora theodore theresa thomas tiffany tilly tim timothy tina tobias toby todd
    tom tomas tommy toni tony tracy travis trevor tristan trudy tyler ulrich ulysses una ursula
    valentina valeria valerie vanessa vasily vera vernon veronica vicky victor vida vijay vikram
    vincent vinnie viola violetta virgil vivian viviana vladimir wade wallace walter wanda
    warren wei wendell wendy wesley wilbur wilfred wilhelm willa william willie willow wilma
    winifred winnie winona winston woody wyatt xander xavier ximena yan yasmin yasmine yolanda
    yosef yuki yuri yusuf yves yvette yvonne zach zachary zack zadie zara zeke zelda zoe zoltan
""")
