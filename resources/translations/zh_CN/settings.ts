<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>SettingsPage</name>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Look and language</source>
        <translation>外观和语言</translation>
    </message>
    <message>
        <source>Safety</source>
        <translation>安全</translation>
    </message>
    <message>
        <source>History</source>
        <translation>历史</translation>
    </message>
    <message>
        <source>Passwords</source>
        <translation>密码</translation>
    </message>
    <message>
        <source>Newer versions</source>
        <translation>新版本</translation>
    </message>
    <message>
        <source>Where things are kept</source>
        <translation>文件存放位置</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>颜色</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Size of text</source>
        <translation>文字大小</translation>
    </message>
    <message>
        <source>Logins in one check, at most</source>
        <translation>一次检查最多登录几次</translation>
    </message>
    <message>
        <source>Checks to keep, at most</source>
        <translation>最多保留多少次检查</translation>
    </message>
    <message>
        <source>Like the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Many systems lock an account after a few wrong passwords. The first login counts too.</source>
        <translation>不少系统在几次密码错误后会锁定账号。第一次登录也计算在内。</translation>
    </message>
    <message>
        <source>Keep every check, so that it can be compared later</source>
        <translation>保留每次检查，方便以后比较</translation>
    </message>
    <message>
        <source>Profiles and history</source>
        <translation>配置和历史</translation>
    </message>
    <message>
        <source>These settings</source>
        <translation>这些设置</translation>
    </message>
    <message>
        <source>Faults of mqassist itself</source>
        <translation>mqassist 自己的故障</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Show the folder: {what}</source>
        <translation>打开文件夹：{what}</translation>
    </message>
</context>
<context>
    <name>_Updates</name>
    <message>
        <source>This copy came without an address to ask. Whoever gave it to you may have one.</source>
        <translation>这份程序没有自带查询地址。可以向提供它的人索取。</translation>
    </message>
    <message>
        <source>Look for a newer version once a day</source>
        <translation>每天查询一次是否有新版本</translation>
    </message>
    <message>
        <source>Asks the address below for the newest version and sends nothing else. Checks do not wait for it.</source>
        <translation>只向下面的地址询问最新版本，不发送其他任何内容。诊断不会等待它。</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>Address to ask for the newest version</source>
        <translation>查询最新版本的地址</translation>
    </message>
    <message>
        <source>Look now</source>
        <translation>立即查询</translation>
    </message>
</context>
</TS>
