<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>StartPage</name>
    <message>
        <source>What cannot connect?</source>
        <translation>什么连不上？</translation>
    </message>
</context>
</TS>
