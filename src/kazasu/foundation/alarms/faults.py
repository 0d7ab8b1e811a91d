"""Why an alarm stays open."""

from kazasu.foundation.faults import define

ABOUT_YOURSELF = define("alarms.about-yourself", 403,
    "この警報は、あなたについてのものです", "This alarm is about you",
    "ほかの「運用」か「監査」の職員が確かめて閉じます。ほかにいないときは、職員を任命する人に頼んでください。何も変更されていません", "Another member of staff with the role “operations” or “reviews” looks into it and closes it. Where there is none, ask whoever gives posts. Nothing was changed", who="operator", source="threat 19: nobody judges their own look")  # fmt: skip
