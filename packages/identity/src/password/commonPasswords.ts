/**
 * What is tried first, of at least 8 characters and in small letters: the head of every published list. With ten guesses
 * and one a minute, only the head matters.
 */
export const COMMON_PASSWORDS: ReadonlySet<string> = new Set(
  `
  0123456789 01234567 012345678 09876543 0987654321 10203040 1020304050 11223344 1122334455 12121212 12312312
  123123123 12341234 12344321 1234554321 12345678 123456789 1234567890 12345679 12345678910 1234qwer 123456aa
  123456abc 123456qwerty 123654789 123qwe123 123qweasd 12qwaszx 13131313 135792468 147258369 1q2w3e4r 1q2w3e4r5t
  1q2w3e4r5t6y 1qaz2wsx 1qaz2wsx3edc 1qazxsw2 22446688 23232323 31415926 69696969 87654321 963852741 987654321
  9876543210 aa123456 aa12345678 abc12345 abc123456 abcd1234 abcdefgh abcdefg1 access14 admin123 admin1234
  administrator adminadmin alexander alexandra asdasdasd asdf1234 asdfasdf asdfghjk asdfghjkl babygirl baseball
  basketball blink182 butterfly changeit changeme changeme1 changeme123 charlie1 chocolate clickclack clickclack1
  clickclack123 computer computer1 corvette danielle december dragon123 einstein elephant facebook fernando
  firebird football football1 forever1 fuckyou1 fuckyou2 george12 godzilla grandma1 guinness hello123 hellohello
  iloveyou iloveyou1 iloveyou2 internet jennifer jessica1 jordan23 juventus letmein1 letmein123 letmein! liverpool
  liverpool1 lovelove magic123 maverick mercedes metallica michael1 michelle midnight minecraft monkey123 mustang1
  myspace1 naruto123 newyork1 nicholas november nintendo p@ssw0rd p@ssword pa$$word pa55word pass1234 passport
  passw0rd password password! password0 password01 password1 password1! password11 password12 password123
  password123! password1234 password2 passwort passwort1 patricia pikachu1 pokemon1 princess princess1 q1w2e3r4
  q1w2e3r4t5 q1w2e3r4t5y6 qazwsx123 qazwsxedc qwaszx12 qwe12345 qweasd123 qweasdzxc qweqweqwe qwer1234 qwerqwer
  qwert123 qwert12345 qwerty01 qwerty11 qwerty12 qwerty123 qwerty1234 qwerty12345 qwerty123456 qwertyui qwertyuiop
  qwertzui qwertzuiop rootroot samantha samsung1 secret123 secure123 september slipknot snowball spiderman
  starwars starwars1 steelers sunflower sunshine sunshine1 superman superman1 superstar test1234 testtest thunder1
  trustno1 veronica victoria wachtwoord welcome1 welcome123 welcome1! whatever whatever1 william1 zaq12wsx
  zaq1zaq1 zxcvbnm1 zxcvbnm123
  `
    .trim()
    .split(/\s+/),
);
